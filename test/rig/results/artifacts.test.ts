import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cleanEnvironment, makeFolder, removeFolders } from '../command.ts';
import { type FakeGitHub, startGitHub, type WorkflowRun } from '../github/index.ts';

let github: FakeGitHub;
let repository: ReturnType<FakeGitHub['state']['repository']>;
let client: ChildProcess;
let folder: string;

beforeAll(async () => {
  github = await startGitHub();
  const home = makeFolder();
  client = fork(join(dirname(fileURLToPath(import.meta.url)), 'client.mjs'), {
    cwd: home,
    execArgv: [],
    env: {
      ...cleanEnvironment(home),
      ACTIONS_RESULTS_URL: github.resultsUrl,
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: github.serverUrl,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
});
beforeEach(() => {
  repository = github.state.repository('octo/flights', { files: { 'notes.txt': '1' } });
  github.requests.clear();
  folder = makeFolder();
});
afterAll(async () => {
  client.disconnect();
  await once(client, 'exit');
  await github.close();
  removeFolders();
});

interface Given {
  error?: string;
  id?: number;
  artifacts?: { name: string; id: number; size: number; digest: string }[];
  digestMismatch?: boolean;
}

/** Calls the real client as a job of the run does. */
async function job(run: WorkflowRun, ...calls: unknown[][]): Promise<Given[]> {
  client.send({ token: github.runtimeToken(run), calls });
  const [given] = await once(client, 'message');
  return given as Given[];
}

const newRun = () => github.state.workflowRun(repository, { headSha: 'a'.repeat(40), status: 'in_progress' });

function write(path: string, content: string | Uint8Array): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8');

describe('what the real client uploads', () => {
  test('is what it downloads in a later job, folders and all', async () => {
    const run = newRun();
    const files = [write('out/run.json', '{"a":1}'), write('out/deep/rows.csv', 'id,label\n1,0\n')];
    const [uploaded] = await job(run, ['uploadArtifact', 'bundle', files, join(folder, 'out')]);
    const [listed, found, downloaded] = await job(
      run,
      ['listArtifacts'],
      ['getArtifact', 'bundle'],
      ['downloadArtifact', uploaded?.id, { path: join(folder, 'in') }],
    );

    expect(listed?.artifacts).toMatchObject([{ name: 'bundle', id: uploaded?.id }]);
    expect(found).toMatchObject({ artifact: { name: 'bundle', id: uploaded?.id } });
    expect(downloaded).toMatchObject({ digestMismatch: false });
    expect([read('in/run.json'), read('in/deep/rows.csv')]).toEqual(['{"a":1}', 'id,label\n1,0\n']);
  });

  test('comes in blocks when it is large', async () => {
    const run = newRun();
    const noise = randomBytes(17 << 20);
    const file = write('out/model.bin', noise);
    const [uploaded] = await job(run, [
      'uploadArtifact',
      'model',
      [file],
      join(folder, 'out'),
      { compressionLevel: 0 },
    ]);
    await job(run, ['downloadArtifact', uploaded?.id, { path: join(folder, 'in') }]);

    const blocks = github.requests.storage.filter(({ operation }) => operation === 'blobs/put-block');
    expect(blocks.length).toBeGreaterThan(2);
    expect(readFileSync(join(folder, 'in/model.bin')).equals(noise)).toBe(true);
  });

  test('is listed and downloaded by REST, from another run of the repository', async () => {
    const [first, second] = [newRun(), newRun()];
    const [uploaded] = await job(first, [
      'uploadArtifact',
      'bundle',
      [write('out/a.txt', 'A')],
      join(folder, 'out'),
    ]);
    const [repositoryOwner, repositoryName] = ['octo', 'flights'];
    const token = github.state.token({ actions: 'read' });
    const findBy = { workflowRunId: first.id, repositoryOwner, repositoryName, token };
    const [own, others, downloaded] = await job(
      second,
      ['listArtifacts'],
      ['listArtifacts', { findBy }],
      ['downloadArtifact', uploaded?.id, { findBy, path: join(folder, 'in') }],
    );

    expect(own?.artifacts).toEqual([]);
    expect(others?.artifacts).toMatchObject([{ name: 'bundle', id: uploaded?.id }]);
    expect(downloaded).toMatchObject({ digestMismatch: false });
    expect(read('in/a.txt')).toBe('A');
  });
});

describe('a name', () => {
  const upload = (name: string, options = {}) => [
    'uploadArtifact',
    name,
    [write('out/a.txt', 'A')],
    join(folder, 'out'),
    options,
  ];

  test('is given once in an attempt of a run', async () => {
    const given = await job(newRun(), upload('bundle'), upload('bundle'), upload('other'));

    expect(given[1]?.error).toContain(
      'Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run',
    );
    expect(given[2]?.id).toBeGreaterThan(0);
  });

  test('is free again in another run, and after the artifact was deleted', async () => {
    const [run, other] = [newRun(), newRun()];
    const given = await job(run, upload('bundle'), ['deleteArtifact', 'bundle'], upload('bundle'));

    expect(given.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
    expect((await job(other, upload('bundle')))[0]?.error).toBeUndefined();
  });

  test('is free again in the next attempt; after a partial re-run the run has both, the newer first', async () => {
    const run = newRun();
    const [first] = await job(run, upload('bundle'), upload('logs'));
    github.state.rerun(run, 'failed');
    const [second, listed, latest, found] = await job(
      run,
      upload('bundle'),
      ['listArtifacts'],
      ['listArtifacts', { latest: true }],
      ['getArtifact', 'bundle'],
    );

    const names = (given: Given | undefined) => given?.artifacts?.map(({ name }) => name).sort();
    expect(names(listed)).toEqual(['bundle', 'bundle', 'logs']);
    expect(names(latest)).toEqual(['bundle', 'logs']);
    expect(second?.id).not.toBe(first?.id);
    expect(found).toMatchObject({ artifact: { id: second?.id } });
  });

  test('of an earlier attempt is forgotten after all jobs were re-run', async () => {
    const run = newRun();
    await job(run, upload('bundle'));
    github.state.rerun(run, 'all');
    const token = github.state.token({ actions: 'read' });
    const findBy = { workflowRunId: run.id, repositoryOwner: 'octo', repositoryName: 'flights', token };
    const [own, byRest] = await job(run, ['listArtifacts'], ['listArtifacts', { findBy }]);

    expect([own?.artifacts, byRest?.artifacts]).toEqual([[], []]);
  });
});

describe('retention', () => {
  const day = 86_400_000;
  const upload = (retentionDays?: number) => [
    'uploadArtifact',
    `kept-${retentionDays}`,
    [write('out/a.txt', 'A')],
    join(folder, 'out'),
    { retentionDays },
  ];

  test.each([
    ['as asked for', 14, 14],
    ["the repository's when nothing is asked for", undefined, 30],
    ["the repository's at most", 60, 30],
  ])('is %s', async (_name, asked, given) => {
    repository.retentionDays = 30;
    const run = newRun();
    await job(run, upload(asked));

    const left = Date.parse(run.artifacts[0]?.expires as string) - Date.now();
    expect(left / day).toBeCloseTo(given, 1);
  });
});

describe('the service', () => {
  const call = (method: string, body: unknown, token: string | null) =>
    fetch(`${github.resultsUrl}/twirp/github.actions.results.api.v1.ArtifactService/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
  const idsOf = (run: WorkflowRun) => {
    const claims = JSON.parse(
      Buffer.from(github.runtimeToken(run).split('.')[1] as string, 'base64url').toString(),
    );
    const [, workflow_run_backend_id, workflow_job_run_backend_id] = claims.scp
      .split(' ')[1]
      .split(':') as string[];
    return { workflow_run_backend_id, workflow_job_run_backend_id };
  };

  test.each([
    ['nobody', () => null, 401],
    ['another token', () => github.state.token('write-all'), 401],
  ])('refuses %s', async (_name, token, status) => {
    expect((await call('ListArtifacts', idsOf(newRun()), token())).status).toBe(status);
  });

  test("refuses another run's id", async () => {
    const answer = await call('ListArtifacts', idsOf(newRun()), github.runtimeToken(newRun()));

    expect([answer.status, await answer.json()]).toEqual([
      404,
      { code: 'not_found', msg: 'workflow run not found' },
    ]);
  });

  test('refuses a message it does not know', async () => {
    const run = newRun();
    const answer = await call('ListArtifacts', { ...idsOf(run), colour: 'red' }, github.runtimeToken(run));

    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'malformed' }]);
  });

  test('gives bytes to those with a signed address only', async () => {
    const run = newRun();
    github.state.artifact(run, { name: 'bundle', files: { 'a.txt': 'A' } });
    const request = { ...idsOf(run), name: 'bundle' };
    const answer = await call('GetSignedArtifactURL', request, github.runtimeToken(run));
    const { signed_url: address } = (await answer.json()) as { signed_url: string };

    expect((await fetch(address)).status).toBe(200);
    expect((await fetch(address.replace(/sig=.*/, 'sig=forged'))).status).toBe(403);
    expect((await fetch(address.replace(/\?.*/, ''))).status).toBe(403);
    expect((await fetch(address, { method: 'PUT', body: 'x' })).status).toBe(403);
  });

  test('keeps nothing whose upload was not finished', async () => {
    const run = newRun();
    const request = { ...idsOf(run), name: 'bundle' };
    await call('CreateArtifact', { ...request, version: 7 }, github.runtimeToken(run));
    const finalized = await call('FinalizeArtifact', { ...request, size: '1' }, github.runtimeToken(run));

    expect(finalized.status).toBe(412);
    expect(run.artifacts).toEqual([]);
  });

  test('fails as it was told to, and the client tries again', async () => {
    const run = newRun();
    github.switches.plan({ fault: 'status', status: 502, operation: 'results/ListArtifacts' });

    expect((await job(run, ['listArtifacts']))[0]?.artifacts).toEqual([]);
    expect(github.requests.storage.map(({ status }) => status)).toEqual([502, 200]);
  });
});

test('a method the service does not have fails the test at its end', async () => {
  const other = await startGitHub();
  await fetch(`${other.resultsUrl}/twirp/github.actions.results.api.v1.ArtifactService/MigrateArtifact`, {
    method: 'POST',
  });

  await expect(other.close()).rejects.toThrow('not imitated: POST /twirp/');
});
