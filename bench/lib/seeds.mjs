/** What benches put on the fake GitHub; called inside its process (`github.run`), so arguments and answers are data. */
import { loadRig } from '../../test/rig/load.mjs';

/** A repository with a pull request of `comments` remarks, and the run of a job for it. */
export function pullWithComments(github, { repository: name, comments }) {
  const { state } = github;
  const repository = state.repository(name, { files: { 'README.md': 'one\n' } });
  const base = repository.refs.get('refs/heads/main');
  state.commit(repository, { branch: 'change', files: { 'README.md': 'two\n' } });
  const { number } = state.pullRequest(repository, { head: 'change' });
  for (let i = 1; i <= comments; i += 1)
    state.comment(repository, number, {
      login: `reader-${i % 7}`,
      body: `Remark ${i}. ${'words '.repeat(60)}`,
    });
  return { ...jobOf(github, repository, number, 'write-all'), base };
}

/** A repository as it is on disk. */
export function importProject(github, { repository: name, folder }) {
  const repository = github.state.repository(name);
  github.state.importRepository(repository, folder);
}

/** A repository with a ledger of these files. */
export function ledger(github, { repository: name, branch, files }) {
  const repository = github.state.repository(name, { files: { 'README.md': 'one\n' } });
  github.state.commit(repository, { branch, files, orphan: true });
}

/** A token for every repository. */
export const token = (github, permissions) => github.state.token(permissions);

/** The repository as one that git can fetch from. */
export async function exportTo(github, { repository: name, folder }) {
  const { exportRepository } = await loadRig();
  exportRepository(repositoryOf(github, name), folder);
}

/** The job of a push to main. */
export function pushJob(github, { repository: name, before }) {
  const repository = repositoryOf(github, name);
  const sha = repository.refs.get('refs/heads/main');
  const run = github.state.workflowRun(repository, { headSha: sha, event: 'push', status: 'in_progress' });
  const payload = { ref: 'refs/heads/main', before, after: sha, ...about(repository) };
  return {
    event: 'push',
    sha,
    ref: 'refs/heads/main',
    payload,
    ...rightsOf(github, repository, run, 'write-all'),
  };
}

/** The job of a new pull request of a branch. */
export function pullJob(github, { repository: name, branch }) {
  const repository = repositoryOf(github, name);
  return jobOf(
    github,
    repository,
    github.state.pullRequest(repository, { head: branch }).number,
    'write-all',
  );
}

/** Requests so far, by operation; forgets them. */
export function takeRequests({ requests }) {
  const counts = requests.counts();
  requests.clear();
  return counts;
}

/** What the repository's pull requests show: bodies of comments, conclusions of checks. */
export function shown(github, { repository: name }) {
  const { comments, checks } = repositoryOf(github, name);
  return { comments: comments.map(({ body }) => body), checks: checks.map(({ conclusion }) => conclusion) };
}

function jobOf(github, repository, number, permissions) {
  const { head, base, baseSha, draft } = repository.issues.get(number).pull;
  const sha = repository.refs.get(`refs/pull/${number}/merge`);
  const pull = { number, draft, head: { sha: head.sha, ref: head.ref }, base: { sha: baseSha, ref: base } };
  const run = github.state.workflowRun(repository, {
    ...{
      headSha: head.sha,
      headBranch: head.ref,
      event: 'pull_request',
      status: 'in_progress',
      pulls: [number],
    },
  });
  return {
    ...{ event: 'pull_request', sha, ref: `refs/pull/${number}/merge` },
    payload: { action: 'synchronize', number, pull_request: pull, ...about(repository) },
    ...rightsOf(github, repository, run, permissions),
  };
}

function rightsOf(github, repository, run, permissions) {
  const token = github.state.token(permissions, { repositories: [repository.fullName] });
  return { runId: run.id, runtimeToken: github.runtimeToken(run), token };
}

function about(repository) {
  const { fullName, owner, name } = repository;
  return {
    repository: {
      default_branch: 'main',
      private: repository.private,
      full_name: fullName,
      name,
      owner: { login: owner },
    },
  };
}

function repositoryOf(github, name) {
  return github.state.raw.repositories.get(name.toLowerCase());
}
