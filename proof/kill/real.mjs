import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledFolder } from '../../test/rig/load.mjs';
import { sha256 } from './world.mjs';

const config = `version: 1
model: churn
deploy:
  production:
    target: { directory: { path: ../srv } }
    steps: [{ weight: 100, bake: 0.1 }]
    probes: [{ run: 'true' }]
`;

/** A project with the command line run in it as processes of their own: real git, real files, real signals. */
export function makeProject(versions) {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-kill-'));
  const project = join(folder, 'project');
  mkdirSync(project);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_GLOBAL: join(folder, 'none'),
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const git = (...args) => execFileSync('git', args, { cwd: project, env, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(project, 'trainyard.yml'), config);
  for (const version of versions) register(join(project, '.trainyard/registry/churn', version), version);
  const index = pathToFileURL(join(compiledFolder(['src']), 'src/index.js')).href;
  const script = `const { command } = await import(${JSON.stringify(index)}); await command(process.argv.slice(1));`;
  const start = (...args) =>
    spawn(process.execPath, ['--input-type=module', '--eval', script, '--', ...args], { cwd: project, env });
  const run = async (...args) => {
    const child = start(...args);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    return { code, said };
  };
  const served = () => {
    const file = join(folder, 'srv/current/model.bin');
    return existsSync(file) ? readFileSync(file, 'utf8').replace('model ', '') : null;
  };
  const state = () => JSON.parse(git('show', 'trainyard:deployments/production/churn/state.json'));
  return {
    folder,
    project,
    start,
    run,
    served,
    state,
    discard: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function register(folder, version) {
  const text = `model ${version}`;
  mkdirSync(join(folder, 'files'), { recursive: true });
  writeFileSync(join(folder, 'files/model.bin'), text);
  const resource = { name: 'model.bin', bytes: text.length, algorithm: 'sha256', digest: sha256(text) };
  const manifest = {
    ...{
      schema: 'trainyard/manifest',
      version: 1,
      model: 'churn',
      model_version: version,
      resources: [resource],
    },
    ...{ digest: sha256(Buffer.from(resource.digest, 'hex')), commit: null, run: null },
    ...{ verdict: { verdict: 'pass', kind: 'pass' }, created: '2026-01-01T00:00:00.000Z' },
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

const steps = ['prepare', 'stage', 'shift 100 %', 'verify', 'promote', 'retire'];

/** Milliseconds from the line that names a step to the signal. */
const delays = [0, 5, 20];

/** Kills a deployment with -9 at every step, a little later each time, then reconciles. */
export async function killForReal(print) {
  const kills = steps.flatMap((step) => delays.map((delay) => ({ step, delay })));
  const versions = ['1.0.0', ...kills.map((_, i) => `1.${i + 1}.0`)];
  const place = makeProject(versions);
  let bad = 0;
  try {
    await place.run('deploy', '--version', '1.0.0');
    for (const [i, { step, delay }] of kills.entries()) {
      const before = place.served();
      const version = `1.${i + 1}.0`;
      await killAt(place.start('deploy', '--version', version), step, delay);
      const { code, said } = await place.run('reconcile');
      const found = realHolds(place, [before, version]);
      if (code !== 0) found.push(`reconcile ends with ${code}: ${said.trim()}`);
      if (found.length > 0) print(`killed ${delay} ms after "${step}": ${found.join('; ')}`);
      bad += found.length;
    }
  } finally {
    place.discard();
  }
  return { count: kills.length, bad };
}

function killAt(child, step, delay) {
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
    if (said.includes(`  ${step}\n`)) setTimeout(() => child.kill('SIGKILL'), delay);
  });
  return new Promise((resolve) => child.on('close', resolve));
}

function realHolds({ folder, project, served, state }, versions) {
  const found = [];
  const { live, open, recent } = state();
  if (open !== null) found.push(`deployment ${open} is open`);
  if (served() !== live?.version) found.push(`${served()} is served, ${live?.version} is recorded`);
  if (!versions.includes(served())) found.push(`${served()} is served`);
  if (new Set(recent.map(({ id }) => id)).size !== recent.length) found.push('a deployment is listed twice');
  if (lockHolder(project) !== null) found.push('a lock is left');
  const left = readdirSync(join(folder, 'srv')).filter((name) => name.startsWith('.staging'));
  if (left.length > 0) found.push(`left in the folder: ${left.join(', ')}`);
  return found;
}

function lockHolder(project) {
  const folder = join(project, '.trainyard/locks/production');
  const top = Math.max(...readdirSync(folder).map((name) => Number.parseInt(name, 10)));
  return JSON.parse(readFileSync(join(dirname(folder), 'production', `${top}.json`), 'utf8'));
}

/** Deploys that many versions at once: each is live for its turn or refused as lower, and the highest is live in the end. */
export async function deployAtOnce(count, print) {
  const versions = Array.from({ length: count }, (_, i) => `1.${i}.0`);
  const place = makeProject(versions);
  try {
    const ends = await Promise.all(versions.map((version) => place.run('deploy', '--version', version)));
    const found = realHolds(place, [versions.at(-1)]);
    const done = ends.filter(({ code }) => code === 0).length;
    const refused = ends.filter(({ code, said }) => code === 2 && said.includes('is lower than')).length;
    if (done + refused !== count) found.push(`${count - done - refused} ended otherwise`);
    const { recent, fence } = place.state();
    if (recent.length !== done || recent.some(({ state }) => state !== 'succeeded'))
      found.push('one is lost');
    if (fence !== done) found.push('a deployment was opened that did not end');
    found.push(...turns(recent));
    if (found.length > 0) print(`${count} at once: ${found.join('; ')}`);
    return { done, refused, bad: found.length };
  } finally {
    place.discard();
  }
}

/** Each deployment begins after the one before has ended, and replaces it. */
function turns(recent) {
  const inOrder = recent.toReversed();
  return inOrder.flatMap((entry, i) => {
    const before = inOrder[i - 1];
    const isNext =
      before === undefined || (before.finished <= entry.created && entry.from === before.version);
    return isNext ? [] : [`${entry.version} began before ${before.version} had ended`];
  });
}
