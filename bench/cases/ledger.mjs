/** The ledger of a clone: a baseline and the last 50 values out of 10,000 runs, and one more run appended. */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { appended, commitOf, ledgerModules, makeRecord } from '../lib/ledger-records.mjs';

export const name = 'ledger';

const runs = 10_000;
const fewRuns = 100;

const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;

function commitStream(number, files) {
  const head = `commit refs/heads/trainyard\ncommitter t <t@localhost> ${1_577_836_800 + number * 3600} +0000\n`;
  return (
    head +
    data(`Run ${number}`) +
    files.map(({ path, text }) => `M 100644 inline ${path}\n${data(text)}`).join('')
  );
}

/** One commit a run, as appends would have made them; the index is written with every 50th, which leaves the same tip. */
function ledgerStream(modules, count) {
  const parts = Array.from(appended(modules, count), ({ number, files }) => commitStream(number, files));
  return `${parts.join('')}done\n`;
}

/** What people do without a ledger: a metrics file that every commit changes. */
function metricsStream(count) {
  const parts = Array.from({ length: count }, (_, i) => {
    const metrics = Object.fromEntries(
      makeRecord(i + 1).metrics.map((metric) => [metric.name, metric.value]),
    );
    return commitStream(i + 1, [{ path: 'metrics.json', text: `${JSON.stringify(metrics, null, 2)}\n` }]);
  });
  return `${parts.join('')}done\n`;
}

function makeRepository(folder, stream) {
  mkdirSync(folder);
  const git = (args, input) => {
    const { status, stderr } = spawnSync('git', args, { cwd: folder, input, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  git(['init', '--quiet']);
  git(['fast-import', '--quiet', '--done', '--date-format=raw'], stream);
  return folder;
}

const open = (root, folder) => `
  import { createRuntime } from ${JSON.stringify(join(root, 'build/runtime/node/index.js'))};
  import { createGit } from ${JSON.stringify(join(root, 'build/git/index.js'))};
  import { createGitLedger } from ${JSON.stringify(join(root, 'build/ledger/git/index.js'))};
  const runtime = createRuntime();
  const ledger = createGitLedger(runtime, createGit(runtime, ${JSON.stringify(folder)}));`;

const readProgram = (root, folder) => `${open(root, folder)}
  const [record, entries] = await Promise.all([
    ledger.recordOf(${JSON.stringify(commitOf(runs - 1))}, 'churn'),
    ledger.recent('churn', 50),
  ]);
  if (record === null || entries.length !== 50) throw new Error('The ledger of the bench is not what it should be.');`;

const appendProgram = (root, folder) => `${open(root, folder)}
  import { randomBytes } from 'node:crypto';
  const record = ${JSON.stringify(makeRecord(runs + 1))};
  record.id = randomBytes(10).toString('hex');
  record.commit.built_sha = randomBytes(20).toString('hex');
  const { result } = await ledger.append(record);
  if (result !== 'written') throw new Error('The record was there already.');`;

export async function rows({ measure, row, node, root, folder, log }) {
  const modules = await ledgerModules(root);
  log(`Making a ledger of ${runs.toLocaleString('en')} runs …`);
  const many = makeRepository(join(folder, 'many'), ledgerStream(modules, runs));
  const few = makeRepository(join(folder, 'few'), ledgerStream(modules, fewRuns));
  const plain = makeRepository(join(folder, 'plain'), metricsStream(runs));
  const program = (text) => ({ argv: [node, '--input-type=module', '-e', text] });
  const show = 'git show trainyard~1:metrics.json && git log -50 -p --format=%H trainyard -- metrics.json';
  const [read, bare, log50] = measure([
    program(readProgram(root, many)),
    program('0'),
    { argv: ['sh', '-c', `{ ${show}; } > /dev/null`], cwd: plain },
  ]);
  const [atMany, atFew] = measure([program(appendProgram(root, many)), program(appendProgram(root, few))]);
  const reading = '10,000 runs: baseline and last 50 values';
  return [
    row(reading, read, 'bare node', bare),
    row(reading, read, 'git show, git log -50 -p of a metrics file', log50),
    row('append a run to 10,000', atMany, 'append a run to 100', atFew),
  ];
}
