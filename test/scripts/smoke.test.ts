import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { repositoryRoot } from '../rig/build.ts';
import { type FakeGitHub, startGitHub } from '../rig/github/index.ts';

let github: FakeGitHub;

beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

/** Runs the script against the fake GitHub, or against nothing. */
async function smoke(args: readonly string[], env: Record<string, string> = {}) {
  const script = join(repositoryRoot, 'scripts/smoke-github.mjs');
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'] ?? '', GITHUB_API_URL: github.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

const classic = (scopes: readonly string[]) =>
  github.state.token('write-all', { person: true, login: 'ada', scopes });

describe('without asking GitHub', () => {
  test.each([
    ['an unknown option', ['--nope'], "Unknown option '--nope'"],
    ['a name with a slash', ['--repository', 'a/b'], '--repository is "a/b"'],
    ['actions without a version', ['--action', 'acme/actions'], 'expected OWNER/NAME@REF'],
    ['no token', [], 'There is no token.'],
  ])('%s is refused with what is expected', async (_name, args, message) => {
    const { code, stdout, stderr } = await smoke(args);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(github.requests.count()).toBe(0);
  });

  test('a dry run says every step with what it would ask for, and needs no token', async () => {
    const { code, stdout, stderr } = await smoke([
      '--dry-run',
      '--owner',
      'acme',
      '--action',
      'me/actions@main',
    ]);

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('In trainyard-smoke of acme, with me/actions@main:');
    expect(stdout).toContain('a pull request from a fork\n  PUT /repos/{owner}/{repo}/actions/permissions');
    expect(github.requests.count()).toBe(0);
  });

  test('help names the scopes', async () => {
    const { code, stdout } = await smoke(['--help']);

    expect(code).toBe(0);
    expect(stdout).toContain('scopes repo and workflow');
  });
});

describe('a scratch repository', () => {
  const written = () => github.requests.all.filter(({ method }) => method !== 'GET');

  test('is not begun with a token that GitHub does not know', async () => {
    const { code, stdout } = await smoke([], { SMOKE_GITHUB_TOKEN: 'ghp_unknown' });

    expect(code).toBe(1);
    expect(stdout).toContain('GitHub does not know the token');
    expect(stdout).toMatch(/scratch repository +not run +needs "token"/);
    expect(github.requests.count()).toBe(1);
  });

  test.each([
    [['repo'], [], 'The token lacks the scope workflow.'],
    [['gist'], [], 'The token lacks the scope repo and workflow.'],
    [['repo', 'workflow'], ['--delete'], 'The token lacks the scope delete_repo.'],
  ])('is not begun with a token of the scopes %j and %j', async (scopes, args, message) => {
    const { code, stdout } = await smoke(args, { SMOKE_GITHUB_TOKEN: classic(scopes) });

    expect(code).toBe(1);
    expect(stdout).toContain(message);
    expect(written()).toEqual([]);
  });

  test.each([
    ['without a description', null],
    ['with another description', 'A scratch repository of mine'],
  ])('that is there %s is left alone', async (_name, description) => {
    const repository = github.state.repository('ada/trainyard-smoke', { files: { 'work.txt': 'mine\n' } });
    Object.assign(repository, { description });
    const tip = repository.refs.get('refs/heads/main');

    const token = classic(['repo', 'workflow', 'delete_repo']);
    const { code, stdout } = await smoke(['--delete'], { SMOKE_GITHUB_TOKEN: token });

    expect(code).toBe(1);
    expect(stdout).toContain('ada/trainyard-smoke is there already and was not made by this script');
    expect(written()).toEqual([]);
    expect(repository.refs.get('refs/heads/main')).toBe(tip);
  });

  test('that a permission keeps from being filled says which', async () => {
    const repository = github.state.repository('ada/trainyard-smoke', { files: { 'README.md': '' } });
    repository.description =
      'Scratch repository of a smoke test of trainyard. It may be deleted at any time.';
    const token = github.state.token({ contents: 'read' }, { person: true, login: 'ada' });

    const { code, stdout } = await smoke([], { GITHUB_TOKEN: token });

    expect(code).toBe(1);
    expect(stdout).toMatch(/token +ok +ada; the token does not say its scopes/);
    expect(stdout).toContain('The token needs the permission contents=write.');
    expect(stdout).toMatch(/a pull request is judged +not run/);
    expect(stdout).toMatch(/removal +skipped +kept; --delete removes it/);
  });
});
