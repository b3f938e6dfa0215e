import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { repositoryRoot } from '../rig/build.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { plainConfig } from '../rig/project.ts';
import { type GitHubSite, makeSite, startRun } from '../rig/site.ts';
import { startStep } from '../rig/step.ts';

const bytes = 2_300_000_000;
const GiB = 1024 ** 3;

/** What all copies of the file take on disk together. */
const needed = 20e9;
const { bavail, bsize } = statfsSync(tmpdir());
const isRoom = bavail * bsize > needed && process.platform === 'linux';

let site: GitHubSite;
let served: string;
/** What a runner runs: its memory is what counts. */
let bundle: string;

beforeAll(async () => {
  if (!isRoom) return;
  const shared = makeFolder();
  served = join(shared, 'srv');
  bundle = join(shared, 'dist');
  execFileSync(process.execPath, ['scripts/build.mjs', '--out', bundle], { cwd: repositoryRoot });
  const train = `head -c ${bytes} /dev/urandom > model.txt; cp params.yaml rows.txt`;
  const config = plainConfig
    .replace('sh train.sh, deps: [train.sh]', `"${train}", deps: [train.sh]`)
    .replace('outs: [model.txt]', 'outs: [model.txt, rows.txt]')
    .replace('deps: [evaluate.sh, model.txt]', 'deps: [evaluate.sh, rows.txt]');
  const evaluate = (text: string) => text.replaceAll('model.txt', 'rows.txt');
  site = await makeSite();
  site.project.write('evaluate.sh', evaluate(site.project.read('evaluate.sh')));
  site.project.write(
    'trainyard.yml',
    `${config}candidates: { store: path, path: ${join(shared, 'candidates')} }
register: { files: [model.txt] }
deploy: { production: { target: { directory: { path: ${served} } } } }
`,
  );
  site.project.write('.gitignore', 'model.txt\nrows.txt\nmetrics.json\npredictions.csv\n');
  site.project.commit();
  site.push();
  const done = await site.workflow(site.ofPush(mainOf(), '0'.repeat(40)));
  expect(done.record?.code).toBe(0);
}, 240_000);
afterAll(async () => {
  if (isRoom) await site.close();
  removeFolders();
});

const mainOf = () => site.repository.refs.get('refs/heads/main') as string;

/** A job by hand, and the most memory that it had, in MB. */
function job(action: string, inputs: Record<string, string>) {
  const { repository, github } = site;
  const occasion = {
    ...{ event: 'workflow_dispatch', sha: mainOf(), ref: 'refs/heads/main' },
    payload: { repository: { default_branch: 'main' } },
  };
  const run = startRun(site, { ...occasion, headSha: occasion.sha });
  run.path = '.github/workflows/release.yml';
  const permissions = { contents: 'write', actions: 'read', deployments: 'write', checks: 'write' } as const;
  const token = github.state.token(permissions, { repositories: [repository.fullName] });
  const env = { HOME: site.project.home };
  const index = join(bundle, 'index.js');
  const { child, finished } = startStep({
    github,
    repository,
    ...occasion,
    run,
    action,
    token,
    inputs,
    env,
    index,
  });
  return { child, finished: withMemory(child.pid as number, finished) };
}

async function withMemory<T>(pid: number, finished: Promise<T>): Promise<T & { megabytes: number }> {
  let [peak, isDone] = [0, false];
  const ended = finished.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    peak = Math.max(peak, peakOf(pid));
    await wait(50);
  }
  return { ...(await ended), megabytes: peak / 1000 };
}

/** Kilobytes that a process had at most; 0 when it is gone. */
function peakOf(pid: number): number {
  try {
    const [, kibibytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return (Number(kibibytes) * 1024) / 1000;
  } catch {
    return 0;
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const assets = () => site.repository.releases.find(({ tag }) => tag === 'churn@v1.0.0')?.assets ?? [];

(isRoom ? test : test.skip)(
  'a file of more than 2 GiB is sent in shards, goes on where a job was killed within the second, and is served as it was trained',
  async () => {
    const cut = job('register', { version: 'v1.0.0' });
    while (assets().length === 0 && cut.child.exitCode === null) await wait(5);
    await wait(200);
    cut.child.kill('SIGKILL');
    await cut.finished;
    while (assets().length < 2) await wait(5);
    const [kept, half] = assets();
    expect(assets().map(({ name, state }) => [name, state])).toEqual([
      ['model.txt.part-001', undefined],
      ['model.txt.part-002', 'open'],
    ]);

    const { code, log, megabytes } = await job('register', { version: 'v1.0.0' }).finished;
    expect([code, code === 0 ? '' : log]).toEqual([0, '']);
    const sizes = assets().map(({ name, bytes: { length } }) => [name, length]);
    expect(Object.fromEntries(sizes)).toEqual({
      ...{ 'model.txt.part-001': GiB, 'model.txt.part-002': GiB, 'model.txt.part-003': bytes - 2 * GiB },
      'manifest.json': expect.any(Number),
    });
    expect(assets()[0]).toBe(kept);
    expect(assets()).not.toContain(half);

    const ids = assets().map(({ id }) => id);
    const again = await job('register', { version: 'v1.0.0' }).finished;
    expect(JSON.parse(again.outputs['versions'] ?? '')).toMatchObject([{ result: 'unchanged' }]);
    expect(assets().map(({ id }) => id)).toEqual(ids);

    const deployed = await job('deploy', { version: '1.0.0' }).finished;
    expect([deployed.code, deployed.code === 0 ? '' : deployed.log]).toEqual([0, '']);
    const manifest = JSON.parse(String(assets().find(({ name }) => name === 'manifest.json')?.bytes));
    expect(await digestOf(join(served, 'current/model.txt'))).toBe(manifest.resources[0].digest);
    process.stderr.write(`register ${megabytes.toFixed(0)} MB, deploy ${deployed.megabytes.toFixed(0)} MB\n`);
    expect(Math.max(megabytes, deployed.megabytes)).toBeLessThan(120);
  },
  600_000,
);
