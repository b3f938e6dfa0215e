/**
 * `npm run demo`: the whole loop on real flights, on a laptop, with the committed dist/ and nothing installed by npm.
 * A temporary repository gets a recorded run on main, three proposed changes are judged, the good one is merged and
 * its record promoted. Exit 1 when a verdict is not the expected one. The pages stay in .cache/demo/.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePython, pathWith } from './python-env.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const example = join(root, 'examples/flights');
const pages = join(root, '.cache/demo/pages');
const kept = join(
  root,
  `.cache/demo/stages-${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}`,
);
const say = (line = '') => process.stdout.write(`${line}\n`);
/** A terminal tells the running verb of ctrl-C too: it ends its stages, then the demo tidies up after it. */
let cancelled = false;
let child = null;
process.on('SIGINT', () => {
  cancelled = true;
});
process.on('SIGTERM', () => {
  cancelled = true;
  child?.kill('SIGTERM');
});
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** What is proposed, as edits of params.yaml, and what must be said about it. */
const changes = [
  {
    branch: 'bolder-steps',
    title: 'Learn in bolder steps',
    edits: [['learning_rate: 0.1', 'learning_rate: 0.15']],
    expected: { verdict: 'pass', exit: 0 },
  },
  {
    branch: 'no-clock',
    title: 'Forget the time of day',
    edits: [['departs, arrives, ', '']],
    expected: { verdict: 'fail', exit: 1 },
  },
  {
    branch: 'fewer-trees',
    title: 'Fewer trees, bolder steps: half the time to train',
    edits: [
      ['learning_rate: 0.1', 'learning_rate: 0.2'],
      ['max_iter: 60', 'max_iter: 25'],
    ],
    expected: { verdict: 'inconclusive', exit: 0 },
  },
];

function requireTools() {
  if (spawnSync('git', ['--version']).status !== 0) {
    throw new Error('git is needed and is not on PATH. Install it (Debian and Ubuntu: apt-get install git).');
  }
  if (!existsSync(join(root, 'dist/index.js')))
    throw new Error('dist/ is missing. It is committed: restore it with git, or run "npm run build".');
}

/** Nothing of the person's own git set-up (hooks, signing, templates) takes part. */
function environment(bin) {
  const git = { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^GIT_/.test(name)));
  return { ...pathWith(bin, env), ...git };
}

function run(command, args, { cwd, env }) {
  if (cancelled) throw new Error('Cancelled.');
  return new Promise((resolve, reject) => {
    child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = [];
    const err = [];
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}

async function git(place, ...args) {
  const { code, stderr } = await run('git', args, place);
  if (code !== 0) throw new Error(`git ${args.join(' ')} failed:\n${stderr}`);
}

/** Runs a verb with --json; any exit code but those `allowed` ends the demo with the verb's own log. */
async function trainyard(place, verb, allowed = [0]) {
  const { code, stdout, stderr } = await run(
    process.execPath,
    [join(root, 'bin/trainyard.js'), verb, '--json'],
    place,
  );
  if (!allowed.includes(code)) throw new Error(`trainyard ${verb} ended with ${code}:\n${stderr}${stdout}`);
  return { code, document: JSON.parse(stdout), log: stderr };
}

async function makeRepository(place) {
  cpSync(example, place.cwd, { recursive: true, filter: (path) => basename(path) !== '.trainyard' });
  await git(place, 'init', '--quiet', '--initial-branch=main');
  await git(place, 'config', 'user.name', 'demo');
  await git(place, 'config', 'user.email', 'demo@trainyard.invalid');
  await commit(place, 'Predict which flights arrive late');
}

async function commit(place, message) {
  await git(place, 'add', '--all');
  await git(place, 'commit', '--quiet', '--message', message);
}

function edit(file, edits) {
  const before = readFileSync(file, 'utf8');
  const after = edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${file} has no "${from}" to change.`);
    return text.replace(from, to);
  }, before);
  writeFileSync(file, after);
}

/** Stages of an earlier demo are restored, not run: the cache is by content, so it serves any repository. */
function fillCache({ cwd }) {
  if (!existsSync(kept)) return false;
  cpSync(kept, join(cwd, '.trainyard/cache'), { recursive: true });
  return true;
}

function keepCache({ cwd }) {
  for (const part of ['objects', 'stages']) {
    const from = join(cwd, '.trainyard/cache', part);
    if (existsSync(from)) cpSync(from, join(kept, part), { recursive: true });
  }
}

/** The part of the comment a reviewer sees first, without its markup for a browser. */
function head(comment) {
  const text = comment
    .replace(/<!--[\s\S]*?-->/g, '')
    .replaceAll('<br>', ' ')
    .replace(/<\/?(?:sub|code)>/g, '');
  const lines = text.trim().split('\n');
  const rest = lines.findIndex((line) => /^(?:#### |<details)/.test(line));
  return rest < 0 ? lines : lines.slice(0, rest - 1);
}

/** Plays one change and says whether the gate answered as expected. */
async function play(place, { branch, title, edits, expected }, number) {
  say(
    `${number}. ${title} (${edits.map(([from, to]) => (to === '' ? `without ${from.trim().replace(/,$/, '')}` : `${from} → ${to.split(': ')[1]}`)).join(', ')})`,
  );
  await git(place, 'switch', '--quiet', '--create', branch, 'main');
  edit(join(place.cwd, 'params.yaml'), edits);
  await commit(place, title);
  const started = performance.now();
  const { code, document } = await trainyard(place, 'gate', [0, 1, 2, 4]);
  const state = join(place.cwd, '.trainyard');
  const page = join(pages, `${branch}.html`);
  copyFileSync(join(state, 'preview.html'), page);
  copyFileSync(join(state, 'comment.md'), join(pages, `${branch}.md`));
  for (const line of head(readFileSync(join(state, 'comment.md'), 'utf8'))) say(`   │ ${line}`);
  const asExpected = document.verdict === expected.verdict && code === expected.exit;
  say(
    `   verdict ${document.verdict}, exit ${code}, ${seconds(started)}${asExpected ? '' : ` — EXPECTED ${expected.verdict}, exit ${expected.exit}`}`,
  );
  say(`   page: ${page}`);
  say();
  return asExpected;
}

/** Merges the change that passed; its record must be promoted, with nothing trained. */
async function merge(place, branch) {
  say(`4. ${branch} is merged`);
  await git(place, 'switch', '--quiet', 'main');
  await git(place, 'merge', '--quiet', '--no-ff', '--message', `Merge ${branch}`, branch);
  const started = performance.now();
  const { document } = await trainyard(place, 'record');
  const promoted = document.runs.every((entry) => entry.how === 'promoted' && entry.ledger === 'written');
  const how = document.runs
    .map(({ how, record }) => `${how}${record.promoted_from ? ` from run ${record.promoted_from}` : ''}`)
    .join(', ');
  say(
    `   main has its record: ${how}, ${seconds(started)}${promoted ? ', nothing was trained' : ' — EXPECTED promoted'}`,
  );
  say();
  return promoted;
}

async function demo() {
  const begun = performance.now();
  requireTools();
  const { bin } = await ensurePython({
    name: 'flights',
    requirements: join(example, 'requirements.txt'),
    sources: join(example, 'requirements-data.txt'),
    log: say,
  });
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-demo-')));
  const folder = join(temporary, 'flights');
  mkdirSync(folder);
  const place = { cwd: folder, env: environment(bin) };
  rmSync(pages, { recursive: true, force: true });
  mkdirSync(pages, { recursive: true });
  try {
    await makeRepository(place);
    const warm = fillCache(place);
    say('0. main: 336,776 flights of 2013; a model says which of them arrive more than 15 minutes late');
    const started = performance.now();
    const { document } = await trainyard(place, 'train');
    const recorded = document.runs.every(({ ledger }) => ledger === 'written');
    say(
      `   trained on main in ${seconds(started)}${recorded ? ' and recorded in the ledger (branch trainyard)' : ' — EXPECTED a ledger record'}`,
    );
    say();
    const answers = [recorded];
    for (const [i, change] of changes.entries()) answers.push(await play(place, change, i + 1));
    answers.push(await merge(place, changes[0].branch));
    keepCache(place);
    const good = answers.every(Boolean);
    if (warm)
      say(`Stages were restored from ${kept}, where an earlier demo left them; remove it to see them run.`);
    say(
      `${good ? 'Everything as expected' : 'NOT as expected'}, ${seconds(begun)} in all. The three pages: ${pages}`,
    );
    return good ? 0 : 1;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await demo();
} catch (error) {
  process.stderr.write(cancelled ? 'Cancelled.\n' : `${error.message}\n`);
  process.exitCode = cancelled ? 130 : 2;
}
