import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeFolder, removeFolders } from '../command.ts';
import { makeProject } from '../project.ts';
import { ask, askGraphql } from './ask.ts';
import { exportRepository } from './export.ts';
import { type FakeGitHub, type Repository, startGitHub } from './index.ts';

let github: FakeGitHub;
let repository: Repository;
let token: string;
let head: string;

beforeEach(async () => {
  github = await startGitHub();
  repository = github.state.repository('octo/flights', { files: { 'notes.txt': '1' } });
  token = github.state.token('write-all');
  head = repository.refs.get('refs/heads/main') as string;
});
afterEach(() => github.close());
afterAll(removeFolders);

const base = '/repos/octo/flights/git';
const to = (what: string, body?: unknown) => ask(github, what, { token, body });

/** A commit with one file, by REST alone. */
async function commit(parents: string[], path: string, content = 'x'): Promise<string> {
  const blob = await to(`POST ${base}/blobs`, { content });
  const entry = { path, mode: '100644', type: 'blob', sha: blob.body.sha };
  const tree = await to(`POST ${base}/trees`, {
    tree: [entry],
    ...(parents[0] && { base_tree: parents[0] }),
  });
  const made = await to(`POST ${base}/commits`, { message: 'Made', tree: tree.body.sha, parents });
  expect([blob.status, tree.status, made.status]).toEqual([201, 201, 201]);
  return made.body.sha;
}

const mutation = `mutation M($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;
const append = (expectedHeadOid: string, path = 'b.txt') =>
  askGraphql(github, mutation, {
    token,
    variables: {
      input: {
        branch: { repositoryNameWithOwner: 'octo/flights', branchName: 'main' },
        message: { headline: 'Append' },
        expectedHeadOid,
        fileChanges: { additions: [{ path, contents: Buffer.from('b').toString('base64') }] },
      },
    },
  });

describe('a branch', () => {
  test('made by REST from nothing holds what was put there, as git reads it', async () => {
    const sha = await commit([], 'index/a.json', '{}');
    expect((await to(`POST ${base}/refs`, { ref: 'refs/heads/trainyard', sha })).status).toBe(201);
    const folder = makeFolder();
    exportRepository(repository, folder);
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder }).toString();

    expect(git('fsck', '--strict', '--no-dangling')).toBe('');
    expect(git('show', 'trainyard:index/a.json')).toBe('{}');
    expect(git('rev-list', '--count', 'trainyard')).toBe('1\n');
  });

  test('is made once', async () => {
    const ref = { ref: 'refs/heads/trainyard', sha: head };
    await to(`POST ${base}/refs`, ref);
    const again = await to(`POST ${base}/refs`, ref);
    expect([again.status, again.body.message]).toEqual([422, 'Reference already exists']);
  });

  test('goes forward, and back only by force', async () => {
    const next = await commit([head], 'a.txt');
    expect((await to(`PATCH ${base}/refs/heads/main`, { sha: next })).status).toBe(200);
    const back = await to(`PATCH ${base}/refs/heads/main`, { sha: head });
    expect([back.status, back.body.message]).toEqual([422, 'Update is not a fast forward']);
    expect((await to(`PATCH ${base}/refs/heads/main`, { sha: head, force: true })).status).toBe(200);
  });

  test('that has moved takes no update that does not know of it', async () => {
    const next = await commit([head], 'a.txt');
    github.switches.plan({
      fault: 'ref-moved',
      repository: 'octo/flights',
      ref: 'main',
      operation: 'git/update-ref',
    });
    expect((await to(`PATCH ${base}/refs/heads/main`, { sha: next })).status).toBe(422);
    expect(repository.refs.get('refs/heads/main')).not.toBe(next);
  });

  test('that is not there yet may be somebody else’s the moment it is made', async () => {
    github.switches.plan({
      fault: 'ref-moved',
      repository: 'octo/flights',
      ref: 'trainyard',
      operation: 'git/create-ref',
    });
    const lost = await to(`POST ${base}/refs`, { ref: 'refs/heads/trainyard', sha: head });
    expect([lost.status, lost.body.message]).toEqual([422, 'Reference already exists']);
  });

  test('takes a commit by GraphQL only from those who know where it is', async () => {
    expect((await append(head)).body.data.createCommitOnBranch.commit.oid).toBe(
      repository.refs.get('refs/heads/main'),
    );
    const stale = await append(head, 'c.txt');
    expect(stale.body.errors).toEqual([
      expect.objectContaining({
        type: 'STALE_DATA',
        message: expect.stringContaining(`Expected branch to point to "${head}" but it did not`),
      }),
    ]);
  });

  test('that is protected takes nothing directly', async () => {
    repository.protected.add('refs/heads/main');
    const next = await commit([head], 'a.txt');
    const refused = await to(`PATCH ${base}/refs/heads/main`, { sha: next });
    const byGraphql = await append(head);
    const removed = await to(`DELETE ${base}/refs/heads/main`);

    expect([refused.status, removed.status]).toEqual([422, 422]);
    expect(refused.body.message).toContain('Repository rule violations found');
    expect(byGraphql.body.errors[0].message).toContain('Repository rule violations found');
    expect(repository.refs.get('refs/heads/main')).toBe(head);
  });

  test('is listed by what its name begins with', async () => {
    for (const name of ['trainyard', 'trainyard-pictures', 'other'])
      await to(`POST ${base}/refs`, { ref: `refs/heads/${name}`, sha: head });
    const { body } = await to(`GET ${base}/matching-refs/heads/trainyard`);
    expect(body.map(({ ref }: { ref: string }) => ref)).toEqual([
      'refs/heads/trainyard',
      'refs/heads/trainyard-pictures',
    ]);
  });
});

describe('a tree', () => {
  test('is its base with files written and removed', async () => {
    const first = await commit([head], 'deep/a.txt');
    const remove = { path: 'notes.txt', mode: '100644', type: 'blob', sha: null };
    const tree = await to(`POST ${base}/trees`, { base_tree: first, tree: [remove] });
    const { body } = await to(`GET ${base}/trees/${tree.body.sha}?recursive=1`);

    expect(body.tree.map(({ path }: { path: string }) => path)).toEqual(['deep', 'deep/a.txt']);
  });

  test.each(['../a', '.git/config', 'a//b', ''])('takes no path %j', async (path) => {
    const entry = { path, mode: '100644', type: 'blob', content: 'x' };
    expect((await to(`POST ${base}/trees`, { tree: [entry] })).status).toBe(422);
  });
});

test('an annotated tag is an object of its own that git reads', async () => {
  const body = { tag: 'churn@v1.0.0', message: 'Release', object: head, type: 'commit' };
  const tag = await to(`POST ${base}/tags`, body);
  await to(`POST ${base}/refs`, { ref: 'refs/tags/churn@v1.0.0', sha: tag.body.sha });
  const folder = makeFolder();
  exportRepository(repository, folder);
  const said = execFileSync('git', ['for-each-ref', '--format=%(objecttype) %(*objectname)', 'refs/tags'], {
    cwd: folder,
  });

  expect(said.toString()).toBe(`tag ${head}\n`);
});

test('a real repository goes in and comes out with every id', () => {
  const project = makeProject();
  project.git('tag', '-a', '-m', 'One', 'v1');
  project.branch('change');
  project.edit('params.yaml', 'errors: 40', 'errors: 80');
  project.commit('Größer — \t"Zitat"');
  const taken = github.state.repository('octo/taken');
  github.state.importRepository(taken, project.folder);
  const folder = makeFolder();
  exportRepository(taken, folder);
  const git = (cwd: string) =>
    execFileSync('git', ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags'], {
      cwd,
    }).toString();

  expect(git(folder)).toBe(git(project.folder));
  expect(execFileSync('git', ['fsck', '--strict'], { cwd: folder }).toString()).toBe('');
});
