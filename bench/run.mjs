/**
 * `npm run bench -- [name …] [--json] [--quick]`: every case in bench/cases, beside the tool a user would pick
 * instead, in one run. A row is {work, ours: {wall, cpu, peak}, peer: {name, wall, cpu, peak}, ratio}: milliseconds
 * and megabytes of whole processes; ratio = our wall time / the peer's. `--quick` measures each once or thrice.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../scripts/build.mjs';
import { ensurePython } from '../scripts/python-env.mjs';
import { measure, row } from './lib/measure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const log = (line) => process.stderr.write(`${line}\n`);

function newest(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (time, entry) => Math.max(time, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
    0,
  );
}

/** Cases that call modules import them from build/, which is compiled when it is older than the sources. */
function freshBuild() {
  const built = join(root, 'build/index.js');
  if (existsSync(built) && statSync(built).mtimeMs >= newest(join(root, 'src'))) return;
  log('Compiling src/ …');
  compile();
}

function toolsFor(quick, folder) {
  return {
    root,
    /** A folder that is removed afterwards. */
    folder,
    quick,
    log,
    node: process.execPath,
    trainyard: join(root, 'bin/trainyard.js'),
    measure: (commands, options = {}) =>
      measure(commands, quick ? { ...options, runs: Math.min(options.runs ?? 3, 3) } : options),
    row,
    python: () => ensurePython({ name: 'test', requirements: join(root, 'requirements/test.txt'), log }),
  };
}

function table(rows) {
  const head = ['work', 'wall ms', 'CPU ms', 'peak MB', 'beside', 'wall ms', 'CPU ms', 'peak MB', 'ratio'];
  const cells = ({ wall, cpu, peak }) =>
    [wall, cpu, peak].map((value) => (value === null ? '–' : value.toFixed(0)));
  const lines = rows.map(({ work, ours, peer, ratio }) => [
    work,
    ...cells(ours),
    peer.name,
    ...cells(peer),
    ratio.toFixed(2),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i].length)));
  const left = new Set([0, 4]);
  const print = (line) =>
    line.map((cell, i) => (left.has(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return [head, ...lines].map(print).join('\n');
}

async function runCase(name, quick) {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-bench-'));
  try {
    log(`${name} …`);
    const { rows } = await import(`./cases/${name}.mjs`);
    return await rows(toolsFor(quick, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('--'));
const names = readdirSync(join(root, 'bench/cases'))
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -'.mjs'.length))
  .sort();
const unknown = [
  ...wanted.filter((name) => !names.includes(name)),
  ...words.filter((word) => word.startsWith('--') && word !== '--json' && word !== '--quick'),
];
if (unknown.length > 0) {
  log(`Unknown: ${unknown.join(', ')}. Benches: ${names.join(', ')}; options: --json, --quick.`);
  process.exit(2);
}
freshBuild();
const rows = [];
for (const name of wanted.length > 0 ? wanted : names)
  rows.push(...(await runCase(name, words.includes('--quick'))));
console.log(words.includes('--json') ? JSON.stringify(rows, null, 2) : table(rows));
