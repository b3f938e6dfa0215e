/** The ledger of a clone: a baseline and the last 50 values out of 10,000 runs, and one more run appended. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const name = 'ledger';

const runs = 10_000;
const fewRuns = 100;
const metricNames = [
  'roc_auc',
  'accuracy',
  'log_loss',
  'brier',
  'f1',
  'precision',
  'recall',
  'matthews_corrcoef',
];

const digits = (text, length) => createHash('sha256').update(text).digest('hex').slice(0, length);
const commitOf = (number) => digits(`commit ${number}`, 40);

function makeRecord(number) {
  const finished = new Date(Date.UTC(2020, 0, 1) + number * 3_600_000).toISOString();
  const identity = {
    average: null,
    positive_label: '1',
    threshold: 0.5,
    k: null,
    labels: null,
    split: null,
    dataset: null,
  };
  const sha = commitOf(number);
  const commit = {
    head_sha: sha,
    built_sha: sha,
    tree: digits(`tree ${number}`, 40),
    base_sha: commitOf(number - 1),
  };
  return {
    schema: 'trainyard/run',
    version: 1,
    id: digits(`id ${number}`, 20),
    model: 'churn',
    engine: 'python',
    run_key: digits(`key ${number}`, 64),
    attempt: 1,
    status: 'succeeded',
    ref: null,
    url: null,
    commit: {
      ...commit,
      event: 'push',
      pr: null,
      workflow_path: null,
      attempt: 1,
      branch: 'main',
      dirty: false,
    },
    promoted_from: null,
    started: finished,
    finished,
    params: { 'params.yaml:rate': 0.1 },
    metrics: metricNames.map((id, i) => ({
      name: id,
      identity: { id, ...identity },
      slice: null,
      class: null,
      value: ((number * 7919 + i * 104_729) % 10_007) / 10_007,
      state: 'ok',
      direction: 'higher',
      n: 65_463,
      source: 'rows',
    })),
    digests: {
      rows: digits('rows', 64),
      labels: null,
      evaluator: null,
      inputs: digits(`in ${number}`, 64),
      config: null,
    },
    inputs: Array.from({ length: 12 }, (_, i) => ({
      path: `src/part_${i}.py`,
      sha256: digits(`${number} ${i}`, 64),
    })),
    seed: 1,
    predictions: null,
    artifacts: [],
    environment: null,
    cost: null,
    stages: [{ name: 'train', result: 'ran', seconds: 12.5, tries: 1 }],
    producer: { name: 'trainyard', version: '0.1.0' },
    trust: { level: 'protected', event: 'push', token: 'write', protected_branch: true, imported: false },
  };
}

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
function ledgerStream({ layout, index, writeRunRecord }, count) {
  let head = { segments: 0, entries: [] };
  let newest = null;
  const parts = [];
  for (let number = 1; number <= count; number += 1) {
    const record = makeRecord(number);
    const sha = commitOf(number);
    const { entries, overflow } = layout.addEntry(head, layout.indexEntryOf(record, sha));
    const segments = layout.placeOverflow(newest, overflow);
    newest = segments.at(-1) ?? newest;
    head = { entries, segments: newest?.number ?? 0 };
    const files = [{ path: layout.recordPath(sha, 'churn'), text: writeRunRecord(record) }];
    for (const { number: at, entries: held } of segments)
      files.push({ path: layout.segmentPath('churn', at), text: index.printIndex(held, null) });
    if (number === 1) files.push({ path: layout.markerPath, text: layout.markerText });
    if (number % 50 === 0 || number === count)
      files.push({ path: layout.headPath('churn'), text: index.printIndex(entries, head.segments) });
    parts.push(commitStream(number, files));
  }
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
  const load = (path) => import(pathToFileURL(join(root, 'build', path)).href);
  const [layout, index, { writeRunRecord }] = await Promise.all(
    ['ledger/layout.js', 'ledger/index-file.js', 'formats/run-record.js'].map(load),
  );
  log(`Making a ledger of ${runs.toLocaleString('en')} runs …`);
  const many = makeRepository(join(folder, 'many'), ledgerStream({ layout, index, writeRunRecord }, runs));
  const few = makeRepository(join(folder, 'few'), ledgerStream({ layout, index, writeRunRecord }, fewRuns));
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
