import { refreshPulls } from './build-pulls.ts';
import type { Call } from './call.ts';
import { commitAt } from './git-history.ts';
import { putObject, signatureOf } from './git-objects.ts';
import { changeFiles, entryAt } from './git-trees.ts';
import { graphqlError } from './graphql.ts';
import { commitNode, refNode } from './graphql-objects.ts';
import { demand } from './permissions.ts';
import { checkProtected } from './refs.ts';
import { unprocessable } from './refusals.ts';
import { type Repository, repositoryNamed } from './state.ts';

interface CommitInput {
  branch: { repositoryNameWithOwner?: string; branchName?: string; id?: string };
  message: { headline: string; body?: string };
  expectedHeadOid: string;
  fileChanges?: { additions?: { path: string; contents: string }[]; deletions?: { path: string }[] };
  clientMutationId?: string;
}

/** Where a branch is, by name or by the node id of its ref. */
function findBranch(call: Call, { branch }: CommitInput): { repository: Repository; ref: string } {
  if (branch.id !== undefined) {
    for (const repository of call.state.repositories.values())
      for (const ref of repository.refs.keys())
        if (refNode(call, repository, ref).id === branch.id) return { repository, ref };
    throw graphqlError('NOT_FOUND', `Could not resolve to a node with the global id of '${branch.id}'`);
  }
  const name = branch.repositoryNameWithOwner ?? '';
  const repository = repositoryNamed(call.state, name);
  if (!repository)
    throw graphqlError('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`);
  return { repository, ref: `refs/heads/${(branch.branchName ?? '').replace(/^refs\/heads\//, '')}` };
}

/** The files of the commit; throws as GitHub does for a path twice, or one to be removed that is not there. */
function changesOf(
  { objects }: Repository,
  tree: string,
  input: CommitInput,
): Record<string, Uint8Array | null> {
  const { additions = [], deletions = [] } = input.fileChanges ?? {};
  const changes = new Map<string, Uint8Array | null>();
  for (const { path } of deletions) {
    if (!entryAt(objects, tree, path))
      throw graphqlError(
        'UNPROCESSABLE',
        `A path was requested for deletion which does not exist as of commit oid \`${input.expectedHeadOid}\``,
      );
    changes.set(path, null);
  }
  for (const { path, contents } of additions) {
    if (changes.has(path))
      throw graphqlError('UNPROCESSABLE', 'A path was requested for both addition and deletion');
    if (path === '' || path.startsWith('/') || path.split('/').includes('..'))
      throw graphqlError('UNPROCESSABLE', `path ${path} is malformed`);
    changes.set(path, Buffer.from(contents, 'base64'));
  }
  return Object.fromEntries(changes);
}

export const commitMutations = {
  /** Compare-and-swap on a branch: one commit, signed by GitHub, if the branch still points where expected. */
  createCommitOnBranch({ input }: { input: CommitInput }, call: Call) {
    const { repository, ref } = findBranch(call, input);
    demand(call.token, repository, ['contents'], 'write');
    const head = repository.refs.get(ref);
    if (head === undefined)
      throw graphqlError('NOT_FOUND', `Could not resolve to a Ref with the name '${ref}'.`);
    if (head !== input.expectedHeadOid)
      throw graphqlError(
        'STALE_DATA',
        `Expected branch to point to "${input.expectedHeadOid}" but it did not.  Pull and try again.`,
      );
    checkProtected(repository, ref);
    if (input.message.headline.trim() === '') throw unprocessable('A commit message headline is required');
    const { objects } = repository;
    const parentTree = commitAt(objects, head).tree;
    const tree = changeFiles(objects, parentTree, changesOf(repository, parentTree, input));
    const { login, id } = (call.token as NonNullable<Call['token']>).user;
    const author = signatureOf(login, `${id}+${login}@users.noreply.github.com`, call.state.now());
    const committer = signatureOf('GitHub', 'noreply@github.com', call.state.now());
    const { headline, body } = input.message;
    const message = body ? `${headline}\n\n${body}` : headline;
    const sha = putObject(objects, { type: 'commit', tree, parents: [head], author, committer, message });
    repository.signed.add(sha);
    repository.refs.set(ref, sha);
    refreshPulls(call.state);
    const clientMutationId = input.clientMutationId ?? null;
    return {
      clientMutationId,
      commit: commitNode(call, repository, sha),
      ref: refNode(call, repository, ref),
    };
  },
};
