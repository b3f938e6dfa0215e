import { createHash } from 'node:crypto';
import type { RunRecord } from '../../src/schema/run.types.ts';

/** Hex digits that look like a commit or digest, the same for the same text. */
export function digits(text: string, length = 40): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** A finished run of a clean commit; `name` makes its id, commit, tree and run key. */
export function makeRecord(name: string, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    schema: 'trainyard/run',
    version: 1,
    id: digits(`id ${name}`, 20),
    model: 'churn',
    engine: 'python',
    run_key: digits(`key ${name}`, 64),
    attempt: 1,
    status: 'succeeded',
    ref: null,
    url: null,
    commit: makeCommit(digits(name)),
    promoted_from: null,
    started: '2026-03-01T10:00:00.000Z',
    finished: '2026-03-01T10:05:00.000Z',
    params: { 'params.yaml:lr': 0.1 },
    metrics: [makeMetric('roc_auc', 0.75)],
    digests: { rows: null, labels: null, evaluator: null, inputs: digits(`in ${name}`, 64), config: null },
    inputs: [],
    seed: 7,
    predictions: null,
    artifacts: [],
    environment: null,
    cost: null,
    stages: [],
    producer: { name: 'trainyard', version: '0.1.0' },
    trust: { level: 'local', event: 'local', token: 'none', protected_branch: false, imported: false },
    ...changes,
  };
}

export function makeCommit(
  sha: string | null,
  changes: Partial<RunRecord['commit']> = {},
): RunRecord['commit'] {
  return {
    head_sha: sha,
    built_sha: sha,
    tree: sha && digits(`tree ${sha}`),
    base_sha: null,
    event: 'local',
    pr: null,
    workflow_path: null,
    attempt: 1,
    branch: 'main',
    dirty: false,
    ...changes,
  };
}

export function makeMetric(name: string, value: number | null): RunRecord['metrics'][number] {
  const identity = {
    id: name,
    average: null,
    positive_label: null,
    threshold: null,
    k: null,
    labels: null,
    split: null,
    dataset: null,
  };
  const state = value === null ? ('nan' as const) : ('ok' as const);
  return {
    name,
    identity,
    slice: null,
    class: null,
    value,
    state,
    direction: 'higher',
    n: 100,
    source: 'rows',
  };
}

/** A moment, `minutes` after a fixed one. */
export function minutesLater(minutes: number): string {
  return new Date(Date.UTC(2026, 2, 1) + minutes * 60_000).toISOString();
}
