/** What the demos share: a temporary repository made of examples/flights, and the committed dist/ run in it. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePython, pathWith } from '../python-env.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples/flights');
export const kept = join(
  root,
  `.cache/demo/stages-${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}`,
);
export const say = (line = '') => process.stdout.write(`${line}\n`);
export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** A terminal tells the running verb of ctrl-C too: it ends its stages, then the demo tidies up after it. */
let cancelled = false;
const children = new Set();
process.on('SIGINT', () => {
  cancelled = true;
});
process.on('SIGTERM', () => {
  cancelled = true;
  for (const child of children) child.kill('SIGTERM');
});

/** Plays a demo: its exit code becomes the process's, 130 when it was cancelled, 2 when it could not be played. */
export async function play(demo) {
  try {
    process.exitCode = await demo();
  } catch (error) {
    process.stderr.write(cancelled ? 'Cancelled.\n' : `${error.message}\n`);
    process.exitCode = cancelled ? 130 : 2;
  }
}

/** The Python of the example; an Error with the remedy when something is missing on this machine. */
export function ensureTools() {
  if (spawnSync('git', ['--version']).status !== 0) {
    throw new Error('git is needed and is not on PATH. Install it (Debian and Ubuntu: apt-get install git).');
  }
  if (!existsSync(join(root, 'dist/index.js')))
    throw new Error('dist/ is missing. It is committed: restore it with git, or run "npm run build".');
  return ensurePython({
    name: 'flights',
    requirements: join(example, 'requirements.txt'),
    sources: join(example, 'requirements-data.txt'),
    log: say,
  });
}

/** Nothing of the person's own git set-up (hooks, signing, templates) takes part. */
export function environment(bin) {
  const git = { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^GIT_/.test(name)));
  return { ...pathWith(bin, env), ...git };
}

export function run(command, args, { cwd, env }) {
  if (cancelled) throw new Error('Cancelled.');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    const out = [];
    const err = [];
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      children.delete(child);
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}

/** Runs git and gives what it printed. */
export async function git(place, ...args) {
  const { code, stdout, stderr } = await run('git', args, place);
  if (code !== 0) throw new Error(`git ${args.join(' ')} failed:\n${stderr}`);
  return stdout.trim();
}

/** Runs a verb with --json; any exit code but those `allowed` ends the demo with the verb's own log. */
export async function trainyard(place, [verb, ...args], allowed = [0]) {
  const { code, stdout, stderr } = await run(
    process.execPath,
    [join(root, 'bin/trainyard.js'), verb, '--json', ...args],
    place,
  );
  if (!allowed.includes(code)) throw new Error(`trainyard ${verb} ended with ${code}:\n${stderr}${stdout}`);
  return { code, document: JSON.parse(stdout), log: stderr };
}

/** The example as a repository; `prepare` may add to its files before they are committed. */
export async function makeRepository(place, prepare = () => {}) {
  cpSync(example, place.cwd, { recursive: true, filter: (path) => basename(path) !== '.trainyard' });
  prepare(place.cwd);
  await git(place, 'init', '--quiet', '--initial-branch=main');
  await git(place, 'config', 'user.name', 'demo');
  await git(place, 'config', 'user.email', 'demo@trainyard.invalid');
  await commit(place, 'Predict which flights arrive late');
}

export async function commit(place, message) {
  await git(place, 'add', '--all');
  await git(place, 'commit', '--quiet', '--message', message);
}

/** Commits a change of files to a branch of its own; `edits` are `[file, from, to]`. */
export async function propose(place, { branch, title, edits }) {
  await git(place, 'switch', '--quiet', '--create', branch, 'main');
  for (const [file, from, to] of edits) edit(join(place.cwd, file), from, to);
  await commit(place, title);
}

/** Merges a branch that passed; the documents of its records, which should be promoted with nothing trained. */
export async function merge(place, branch) {
  await git(place, 'switch', '--quiet', 'main');
  await git(place, 'merge', '--quiet', '--no-ff', '--message', `Merge ${branch}`, branch);
  const { document } = await trainyard(place, ['record']);
  const promoted = document.runs.every((entry) => entry.how === 'promoted' && entry.ledger === 'written');
  return { promoted, runs: document.runs };
}

function edit(file, from, to) {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no "${from}" to change.`);
  writeFileSync(file, text.replace(from, to));
}

/** Stages of an earlier demo are restored, not run: the cache is by content, so it serves any repository. */
export function fillCache({ cwd }) {
  if (!existsSync(kept)) return false;
  cpSync(kept, join(cwd, '.trainyard/cache'), { recursive: true });
  return true;
}

export function keepCache({ cwd }) {
  for (const part of ['objects', 'stages']) {
    const from = join(cwd, '.trainyard/cache', part);
    if (existsSync(from)) cpSync(from, join(kept, part), { recursive: true });
  }
}

/** The change that both demos merge. */
export const bolderSteps = {
  branch: 'bolder-steps',
  title: 'Learn in bolder steps',
  edits: [['params.yaml', 'learning_rate: 0.1', 'learning_rate: 0.15']],
  expected: { verdict: 'pass', exit: 0 },
};
