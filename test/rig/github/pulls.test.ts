import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ask } from './ask.ts';
import { commitAt } from './git-history.ts';
import { type FakeGitHub, type Issue, type Repository, startGitHub } from './index.ts';

let github: FakeGitHub;
let repository: Repository;
let token: string;
let pull: Issue;

beforeEach(async () => {
  github = await startGitHub();
  repository = github.state.repository('octo/flights', { files: { 'a.txt': '1', 'b.txt': '1' } });
  token = github.state.token('write-all');
  github.state.commit(repository, { branch: 'change', files: { 'a.txt': '2' }, message: 'First' });
  github.state.commit(repository, { branch: 'change', files: { 'c.txt': '2' }, message: 'Second' });
  pull = github.state.pullRequest(repository, { head: 'change', title: 'Better' });
});
afterEach(() => github.close());

const see = async () => (await ask(github, 'GET /repos/octo/flights/pulls/1', { token })).body;
const tip = (branch: string, of = repository) => of.refs.get(`refs/heads/${branch}`) as string;
const parentsOf = (sha: string) => commitAt(repository.objects, sha).parents;
const refOf = (name: string) => repository.refs.get(`refs/pull/1/${name}`) as string;

describe('a pull request', () => {
  test('has a test merge of base and head, which follows both', async () => {
    expect(parentsOf(refOf('merge'))).toEqual([tip('main'), tip('change')]);
    github.state.commit(repository, { files: { 'b.txt': '2' } });
    expect(parentsOf(refOf('merge'))).toEqual([tip('main'), tip('change')]);
    const before = await see();
    github.state.commit(repository, { branch: 'change', files: { 'a.txt': '3' } });

    expect(await see()).toMatchObject({ mergeable: true, head: { sha: tip('change') }, changed_files: 2 });
    expect((await see()).merge_commit_sha).not.toBe(before.merge_commit_sha);
  });

  test('has none when its sides conflict', async () => {
    github.state.commit(repository, { files: { 'a.txt': 'other' } });
    expect(refOf('merge')).toBeUndefined();
    expect(await see()).toMatchObject({ mergeable: false, mergeable_state: 'dirty', merge_commit_sha: null });
  });

  test('is retargeted to another base', async () => {
    github.state.commit(repository, { branch: 'release', files: { 'b.txt': 'r' } });
    github.state.changePull(repository, 1, { base: 'release' });
    expect(await see()).toMatchObject({ base: { ref: 'release', sha: tip('release') } });
    expect(parentsOf(refOf('merge'))).toEqual([tip('release'), tip('change')]);
  });

  test('is closed, misses what is pushed then, and catches up when it is opened again', async () => {
    github.state.changePull(repository, 1, { state: 'closed' });
    expect(await see()).toMatchObject({ state: 'closed', closed_at: expect.any(String), merged: false });
    const old = tip('change');
    github.state.commit(repository, { branch: 'change', files: { 'a.txt': '4' } });
    expect((await see()).head.sha).toBe(old);
    expect((await ask(github, 'GET /repos/octo/flights/pulls', { token })).body).toEqual([]);
    github.state.changePull(repository, 1, { state: 'open' });
    expect(await see()).toMatchObject({ state: 'open', closed_at: null, head: { sha: tip('change') } });
  });

  test('becomes a draft and back, is renamed, labelled, locked', async () => {
    github.state.changePull(repository, 1, { draft: true, title: 'Best', labels: ['data'], locked: true });
    expect(await see()).toMatchObject({
      draft: true,
      title: 'Best',
      labels: [{ name: 'data' }],
      locked: true,
    });
    github.state.changePull(repository, 1, { draft: false, locked: false });
    expect(await see()).toMatchObject({ draft: false, title: 'Best', locked: false });
  });

  test('follows a force push', async () => {
    const onto = tip('main');
    const sha = github.state.commit(repository, { branch: 'change', onto, files: { 'a.txt': 'new' } });
    expect(parentsOf(sha)).toEqual([onto]);
    expect(await see()).toMatchObject({ head: { sha }, commits: 1, changed_files: 1 });
  });

  test('of a fork has its head there; runs of it name no pull request', async () => {
    const fork = github.state.repository('stranger/flights', { forkOf: repository });
    github.state.commit(fork, { branch: 'theirs', files: { 'a.txt': 'f' } });
    const theirs = github.state.pullRequest(repository, { head: 'theirs', from: fork });
    const headSha = tip('theirs', fork);
    const seed = { headSha, headBranch: 'theirs', pulls: [theirs.number] };
    github.state.workflowRun(repository, { ...seed, headRepository: fork });
    github.state.workflowRun(repository, { headSha: tip('change'), pulls: [1] });
    const { body } = await ask(github, 'GET /repos/octo/flights/actions/runs', { token });
    const runs = body.workflow_runs.map((run: { pull_requests: { number: number }[] }) =>
      run.pull_requests.map(({ number }) => number),
    );

    expect(runs).toEqual([[1], []]);
    expect(
      (await ask(github, `GET /repos/octo/flights/pulls/${theirs.number}`, { token })).body,
    ).toMatchObject({
      head: { sha: headSha, repo: { full_name: 'stranger/flights', fork: true }, label: 'stranger:theirs' },
      user: { login: 'stranger' },
    });
  });

  test('of Dependabot is its own', async () => {
    github.state.commit(repository, { branch: 'bump', files: { 'b.txt': '9' } });
    github.state.pullRequest(repository, { head: 'bump', login: 'dependabot[bot]' });
    const { body } = await ask(github, 'GET /repos/octo/flights/pulls/2', { token });
    expect(body.user).toMatchObject({ login: 'dependabot[bot]', type: 'Bot' });
  });
});

describe('merging', () => {
  test.each([
    ['merge', 2, 'Merge pull request #1'],
    ['squash', 1, 'Better (#1)'],
    ['rebase', 1, 'Second'],
  ] as const)('by %s', async (method, parents, message) => {
    const before = tip('main');
    const sha = github.state.merge(repository, 1, method);
    const head = commitAt(repository.objects, sha);

    expect([head.parents.length, head.message, tip('main')]).toEqual([parents, message, sha]);
    if (method === 'rebase') expect(parentsOf(head.parents[0] as string)).toEqual([before]);
    else expect(head.parents[0]).toBe(before);
    expect(await see()).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: sha });
    expect(refOf('merge')).toBeUndefined();
  });

  test.each(['merge', 'squash', 'rebase'] as const)('by %s is found from the commit', async (method) => {
    const sha = github.state.merge(repository, 1, method);
    const { body } = await ask(github, `GET /repos/octo/flights/commits/${sha}/pulls`, { token });
    expect(body).toMatchObject([{ number: 1, merged_at: expect.any(String) }]);
  });

  test('in a queue is tried on a branch of its own, on the base as it is', async () => {
    const branch = github.state.mergeGroup(repository, 1);
    expect(branch).toBe(`gh-readonly-queue/main/pr-1-${tip('main')}`);
    const group = commitAt(repository.objects, tip(branch));
    expect([group.parents, group.message]).toEqual([[tip('main')], 'Better (#1)']);
    expect(group.tree).toBe(commitAt(repository.objects, refOf('merge')).tree);
    expect(pull.state).toBe('open');
  });
});
