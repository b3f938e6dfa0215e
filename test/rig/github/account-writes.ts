import { commitOn } from './build-commits.ts';
import { mergePull } from './build-merges.ts';
import { openPull } from './build-pulls.ts';
import { makeRepository } from './build-repositories.ts';
import { rerun } from './build-runs.ts';
import { byId, type Call, type Handlers, repositoryOf, userOf } from './call.ts';
import { issueNumbered } from './comments.ts';
import { compareCommits } from './git-history.ts';
import { fullShape, type PullIssue } from './pulls.ts';
import { invalidField, notFound, Refusal } from './refusals.ts';
import {
  fullRepository,
  minimalRepository,
  nodeId,
  ownRepository,
  repositoryPage,
  userShape,
} from './shapes.ts';
import { type Repository, repositoryNamed, timestamp } from './state.ts';

/** What people do and jobs do not: make, fork, share and delete repositories, open and merge pull requests, run again. */
export const accountWrites: Handlers = {
  'repos/create-for-authenticated-user': (call) => {
    const { login } = userOf(call);
    requireScope(call, 'repo');
    const body = call.body as {
      name: string;
      description?: string;
      private?: boolean;
      auto_init?: boolean;
    };
    const fullName = `${login}/${body.name}`;
    if (repositoryNamed(call.state, fullName))
      throw invalidField('Repository', 'name', 'custom', 'name already exists on this account');
    const repository = makeRepository(call.state, fullName, { private: body.private ?? false });
    repository.description = body.description ?? null;
    if (body.auto_init)
      commitOn(call.state, repository, {
        files: { 'README.md': `# ${body.name}\n` },
        message: 'Initial commit',
      });
    return { status: 201, body: fullRepository(call.places, repository) };
  },
  'repos/delete': (call) => {
    requireScope(call, 'delete_repo');
    const repository = repositoryOf(call);
    if (repository.owner !== userOf(call).login)
      throw new Refusal(403, 'Must have admin rights to Repository.');
    call.state.repositories.delete(repository.fullName.toLowerCase());
    return { status: 204 };
  },
  'repos/create-fork': (call) => {
    const from = repositoryOf(call);
    const fullName = `${userOf(call).login}/${from.name}`;
    const known = repositoryNamed(call.state, fullName);
    const fork = known ?? makeRepository(call.state, fullName, { forkOf: from, private: from.private });
    return { status: 202, body: ownRepository(call.places, fork) };
  },
  'repos/add-collaborator': addCollaborator,
  'repos/accept-invitation-for-authenticated-user': acceptInvitation,
  'actions/set-private-repo-fork-pr-workflows-settings-repository': (call) => {
    repositoryOf(call).runsForkWorkflows = (
      call.body as { run_workflows_from_fork_pull_requests: boolean }
    ).run_workflows_from_fork_pull_requests;
    return { status: 204 };
  },
  'actions/re-run-workflow': (call) => {
    const run = byId(repositoryOf(call).runs, call.path['run_id']);
    if (run.status !== 'completed') throw new Refusal(403, 'This workflow is already running');
    rerun(call.state, run, 'all');
    return { status: 201, body: {} };
  },
  'pulls/create': createPull,
  'pulls/merge': merge,
};

/** Classic tokens have scopes; other ones have permissions, which were asked for already. */
function requireScope({ token }: Call, scope: string): void {
  if (!token || token.scopes === null || token.scopes.includes(scope)) return;
  throw new Refusal(scope === 'delete_repo' ? 403 : 404, 'Not Found', {
    headers: { 'x-accepted-oauth-scopes': scope },
  });
}

function addCollaborator(call: Call) {
  const repository = repositoryOf(call);
  const login = String(call.path['username']);
  const invitee = call.state.users.get(login);
  if (!invitee) throw notFound();
  if (repository.collaborators.has(login)) return { status: 204 };
  const invitation = { id: call.state.id(), login };
  repository.invitations.push(invitation);
  const body = {
    id: invitation.id,
    node_id: nodeId('RI', invitation.id),
    repository: minimalRepository(call.places, repository),
    invitee: userShape(call.places, invitee),
    inviter: userShape(call.places, userOf(call)),
    permissions: 'write',
    created_at: timestamp(call.state.now()),
    url: `${call.places.api}/user/repository_invitations/${invitation.id}`,
    html_url: `${repositoryPage(call.places, repository)}/invitations`,
  };
  return { status: 201, body };
}

function acceptInvitation(call: Call) {
  const { login } = userOf(call);
  const id = Number(call.path['invitation_id']);
  for (const repository of call.state.repositories.values()) {
    const invitation = repository.invitations.find((one) => one.id === id && one.login === login);
    if (!invitation) continue;
    repository.invitations = repository.invitations.filter((one) => one !== invitation);
    repository.collaborators.set(login, 'write');
    return { status: 204 };
  }
  throw notFound();
}

function createPull(call: Call) {
  const repository = repositoryOf(call);
  const {
    head,
    base,
    title = '',
    body = '',
    draft = false,
  } = call.body as Record<string, string> & {
    draft?: boolean;
  };
  const { from, branch } = headOf(call, repository, String(head));
  const [ours, theirs] = [from.refs.get(`refs/heads/${branch}`), repository.refs.get(`refs/heads/${base}`)];
  if (ours === undefined) throw invalidField('PullRequest', 'head', 'invalid');
  if (theirs === undefined) throw invalidField('PullRequest', 'base', 'invalid');
  if (compareCommits(repository.objects, theirs, ours).ahead.length === 0)
    throw invalidField('PullRequest', 'head', 'custom', `No commits between ${base} and ${head}`);
  const { login } = userOf(call);
  const issue = openPull(call.state, repository, {
    ...{ head: branch, from, base: String(base), title, body, login, draft },
  });
  return { status: 201, body: fullShape(call, repository, issue as PullIssue) };
}

/** `branch`, or `owner:branch` of a fork. */
function headOf(call: Call, repository: Repository, head: string): { from: Repository; branch: string } {
  const [, owner, branch] = /^([^:]+):(.+)$/.exec(head) ?? [];
  if (owner === undefined || branch === undefined) return { from: repository, branch: head };
  const from = [...call.state.repositories.values()].find(
    (one) => one.owner === owner && one.objects === repository.objects,
  );
  if (!from) throw invalidField('PullRequest', 'head', 'invalid');
  return { from, branch };
}

function merge(call: Call) {
  const repository = repositoryOf(call);
  const issue = issueNumbered(repository, call.path['pull_number']);
  const { sha, merge_method: method = 'merge' } = (call.body ?? {}) as {
    sha?: string;
    merge_method?: 'merge' | 'squash' | 'rebase';
  };
  if (!issue.pull) throw notFound();
  if (issue.state !== 'open' || !repository.refs.has(`refs/pull/${issue.number}/merge`))
    throw new Refusal(405, 'Pull Request is not mergeable');
  if (sha !== undefined && sha !== issue.pull.head.sha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  const merged = mergePull(call.state, repository, issue.number, method);
  issue.pull.mergedBy = userOf(call);
  return { status: 200, body: { sha: merged, merged: true, message: 'Pull Request successfully merged' } };
}
