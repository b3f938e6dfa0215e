/** Runs for a ledger: record number `n` is the same in every bench. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

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

/** Commit of a run. */
export const commitOf = (number) => digits(`commit ${number}`, 40);

/** Record of a run, as a job would have made it. */
export function makeRecord(number) {
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

/** The modules by which a ledger is written, from build/. */
export async function ledgerModules(root) {
  const load = (path) => import(pathToFileURL(join(root, 'build', path)).href);
  const paths = ['ledger/layout.js', 'ledger/index-file.js', 'formats/run-record.js'];
  const [layout, index, { writeRunRecord }] = await Promise.all(paths.map(load));
  return { layout, index, writeRunRecord };
}

/** What the appends of `count` runs write, one after the other; the index with every 50th, which leaves the same tip. */
export function* appended({ layout, index, writeRunRecord }, count) {
  let head = { segments: 0, entries: [] };
  let newest = null;
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
    yield { number, files };
  }
}
