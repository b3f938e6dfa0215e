import type { Call } from './call.ts';
import { commitAt, historyOf } from './git-history.ts';
import { type Blob, getObject, type Signature, signatureDate, type TreeEntry } from './git-objects.ts';
import { entryAt } from './git-trees.ts';
import { connection, type PageArguments } from './graphql-connection.ts';
import { resolveCommit } from './revisions.ts';
import { nodeId, repositoryPage } from './shapes.ts';
import type { Repository } from './state.ts';

/** GitHub gives no more of a blob's text. */
const maximumText = 512_000;

const actor = ({ name, email, ...rest }: Signature) => ({
  name,
  email,
  date: signatureDate({ name, email, ...rest }),
  user: null,
});

export function refNode(_call: Call, repository: Repository, ref: string) {
  const [, kind, ...name] = ref.split('/');
  return {
    __typename: 'Ref',
    id: nodeId('REF', `${repository.id}:${ref}`),
    name: name.join('/'),
    prefix: `refs/${kind}/`,
    target: (_args: unknown, call: Call) => objectNode(call, repository, repository.refs.get(ref) as string),
  };
}

export function commitNode(call: Call, repository: Repository, sha: string): Record<string, unknown> {
  const commit = commitAt(repository.objects, sha);
  const [headline = '', ...body] = commit.message.split('\n');
  const parents = (args: PageArguments) =>
    connection('parents', commit.parents, args, (id) => commitNode(call, repository, id));
  return {
    __typename: 'Commit',
    ...common(call, repository, sha, 'commit'),
    message: commit.message,
    messageHeadline: headline,
    messageBody: body.join('\n').trim(),
    author: actor(commit.author),
    committer: actor(commit.committer),
    authoredDate: signatureDate(commit.author),
    committedDate: signatureDate(commit.committer),
    url: `${repositoryPage(call.places, repository)}/commit/${sha}`,
    tree: () => objectNode(call, repository, commit.tree),
    file: ({ path }: { path: string }) => fileEntry(call, repository, commit.tree, path),
    parents,
    history: (args: PageArguments & { path?: string }) => historyConnection(call, repository, sha, args),
    signature: repository.signed.has(sha)
      ? { __typename: 'GpgSignature', isValid: true, wasSignedByGitHub: true }
      : null,
  };
}

function historyConnection(
  call: Call,
  repository: Repository,
  sha: string,
  args: PageArguments & { path?: string },
) {
  const { objects } = repository;
  const { path } = args;
  const at = (tree: string) => entryAt(objects, tree, path ?? '')?.sha;
  const commits = historyOf(objects, sha).filter(({ tree, parents }) => {
    if (path === undefined) return true;
    const before = parents.map((parent) => at(commitAt(objects, parent).tree));
    return before.length === 0 ? at(tree) !== undefined : before.every((sha) => sha !== at(tree));
  });
  return connection('history', commits, args, (commit) => commitNode(call, repository, commit.sha));
}

function common(call: Call, repository: Repository, sha: string, kind: string) {
  return {
    id: nodeId(kind.slice(0, 1).toUpperCase(), `${repository.id}:${sha}`),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    commitUrl: `${repositoryPage(call.places, repository)}/commit/${sha}`,
  };
}

function blobNode(call: Call, repository: Repository, sha: string, { bytes }: Blob) {
  const isBinary = bytes.subarray(0, 8000).includes(0);
  const isTruncated = !isBinary && bytes.length > maximumText;
  const text = isBinary ? null : bytes.subarray(0, maximumText).toString();
  return {
    __typename: 'Blob',
    ...common(call, repository, sha, 'blob'),
    byteSize: bytes.length,
    isBinary,
    isTruncated,
    text,
  };
}

function entryNode(call: Call, repository: Repository, { mode, name, sha }: TreeEntry, folder: string) {
  const object = repository.objects.get(sha);
  return {
    __typename: 'TreeEntry',
    name,
    path: folder === '' ? name : `${folder}/${name}`,
    mode: Number.parseInt(mode, 8),
    type: object?.type ?? 'commit',
    oid: sha,
    size: object?.type === 'blob' ? object.bytes.length : 0,
    object: () => (object ? objectNode(call, repository, sha) : null),
  };
}

function fileEntry(call: Call, repository: Repository, tree: string, path: string) {
  const found = entryAt(repository.objects, tree, path);
  const slash = path.lastIndexOf('/');
  const entry = found && { mode: found.mode, name: path.slice(slash + 1), sha: found.sha };
  return entry ? entryNode(call, repository, entry, path.slice(0, Math.max(0, slash))) : null;
}

export function objectNode(
  call: Call,
  repository: Repository,
  sha: string,
  folder = '',
): Record<string, unknown> | null {
  const object = repository.objects.get(sha);
  if (!object) return null;
  if (object.type === 'commit') return commitNode(call, repository, sha);
  if (object.type === 'blob') return blobNode(call, repository, sha, object);
  const own = common(call, repository, sha, object.type);
  if (object.type === 'tree')
    return {
      __typename: 'Tree',
      ...own,
      entries: object.entries.map((e) => entryNode(call, repository, e, folder)),
    };
  const { tag, message } = object;
  return {
    __typename: 'Tag',
    ...own,
    name: tag,
    message,
    target: () => objectNode(call, repository, object.object),
  };
}

/** What `<revision>` or `<revision>:<path>` names; `null` when it names nothing. */
export function objectAt(
  call: Call,
  repository: Repository,
  expression: string,
): Record<string, unknown> | null {
  const colon = expression.indexOf(':');
  const revision = colon < 0 ? expression : expression.slice(0, colon);
  const commit = resolveCommit(repository, revision);
  if (colon < 0) return objectNode(call, repository, commit ?? revision);
  if (commit === null) return null;
  const path = expression.slice(colon + 1);
  const tree = getObject(repository.objects, 'commit', commit)?.tree ?? '';
  const found = entryAt(repository.objects, tree, path);
  return found ? objectNode(call, repository, found.sha, found.path) : null;
}
