import type { Change, MetricRow } from '../../src/core/compare/types.ts';
import type { Evidence, Outcome, Policy, Rule, RuleResult } from '../../src/core/gate/types.ts';
import type { Direction, Metric, ValueState } from '../../src/core/metrics/types.ts';
import type { ModelReport, Provenance, Report } from '../../src/report/types.ts';

/** Builders of reports for tests: complete, plausible, and overridable part by part. */

const ROWS = 65_000;

function metric(name: string, value: number | null, over: Partial<Metric> = {}): Metric {
  return {
    name,
    identity: {
      id: name,
      average: null,
      positive_label: null,
      threshold: null,
      k: null,
      labels: null,
      split: null,
      dataset: null,
    },
    value,
    state: value === null ? 'missing' : 'ok',
    slice: null,
    class: null,
    direction: 'higher',
    n: ROWS,
    source: 'rows',
    ...over,
  };
}

export interface RowOptions {
  slice?: string | null;
  class?: string | null;
  direction?: Direction | null;
  n?: number | null;
  state?: ValueState;
}

/** A metric on both sides; `null` with a state is a value that is no number, without one an absent metric. */
export function row(
  name: string,
  baseline: number | null,
  candidate: number | null,
  options: RowOptions = {},
): MetricRow {
  const { slice = null, direction = 'higher', n = ROWS, state } = options;
  const shared = { slice, class: options.class ?? null, direction, n };
  const sideOf = (value: number | null, side: 'baseline' | 'candidate'): Metric | null => {
    if (value !== null) return metric(name, value, shared);
    return side === 'candidate' && state !== undefined ? metric(name, null, { ...shared, state }) : null;
  };
  const delta = baseline === null || candidate === null ? null : candidate - baseline;
  const gain = delta === null ? 0 : direction === 'lower' ? -delta : delta;
  return {
    name,
    slice,
    class: options.class ?? null,
    candidate: sideOf(candidate, 'candidate'),
    baseline: sideOf(baseline, 'baseline'),
    delta,
    direction,
    change: changeOf(baseline, candidate, gain, direction, state),
    badness: delta === null || baseline === null ? 0 : -gain / Math.max(Math.abs(baseline), 1e-9),
  };
}

function changeOf(
  baseline: number | null,
  candidate: number | null,
  gain: number,
  direction: Direction | null,
  state: ValueState | undefined,
): MetricRow['change'] {
  if (candidate === null) return state === undefined ? 'removed' : 'unreadable';
  if (baseline === null) return 'added';
  if (gain === 0) return 'same';
  if (direction === null) return 'changed';
  return gain > 0 ? 'better' : 'worse';
}

export function rule(metricName: string, kind: Rule['kind'], amount: number, over: Partial<Rule> = {}): Rule {
  const relative = over.relative ?? false;
  return {
    text: `${metricName}:${kind}=${relative ? `${amount * 100}%` : amount}`,
    metric: metricName,
    slice: null,
    kind,
    amount,
    relative,
    level: 'fail',
    against: null,
    judge: 'interval',
    line: 12,
    ...over,
  };
}

export function evidence(over: Partial<Evidence> = {}): Evidence {
  return {
    method: 'percentile',
    estimate: null,
    interval: null,
    level: 0.9,
    n: ROWS,
    margin: 0,
    mde: null,
    seed: '9f86d081884c7d65',
    sentence: '',
    state: 'ok',
    ...over,
  };
}

export function result(
  judged: Rule,
  verdict: RuleResult['verdict'],
  values: { baseline: number | null; candidate: number | null },
  proof: Partial<Evidence>,
  over: Partial<RuleResult> = {},
): RuleResult {
  const { baseline, candidate } = values;
  const estimate = baseline === null || candidate === null ? candidate : candidate - baseline;
  return {
    rule: judged,
    verdict,
    evidence: evidence({ estimate, margin: judged.amount, ...proof }),
    candidate,
    baseline,
    direction: judged.kind === 'max' || judged.kind === 'max-rise' ? 'lower' : 'higher',
    policy: 'both',
    ...over,
  };
}

export const POLICY: Policy = {
  rules: [],
  alpha: 0.05,
  onInconclusive: 'warn',
  onRowsChanged: 'error',
  drift: 'warn',
  seeds: [],
  alphaSpending: 'none',
  dryRun: false,
  baseline: 'auto',
  metrics: {},
  predictions: { task: 'binary', columns: {}, positiveLabel: null, slices: ['carrier'], minSliceRows: 200 },
};

const SHA_HEAD = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const SHA_BASE = 'e83c5163316f89bfbde7d9ab23ca2e25604af290';
const ROWS_DIGEST = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';

export const CANDIDATE: Provenance = {
  how: 'work tree',
  id: '5f3a0c1d2e4b6a798877',
  sha: SHA_HEAD,
  url: null,
  dirty: true,
  finished: '2026-03-02T10:15:00Z',
  ageSeconds: 42,
  engine: 'python',
  runKey: 'fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9',
  trust: 'local',
  rowsDigest: ROWS_DIGEST,
  environment: '486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7',
};

export const BASELINE: Provenance = {
  ...CANDIDATE,
  how: 'recorded',
  id: '0a1b2c3d4e5f60718293',
  sha: SHA_BASE,
  url: `https://github.com/example/flights/commit/${SHA_BASE}`,
  dirty: false,
  finished: '2026-02-27T08:00:00Z',
  ageSeconds: 3 * 86_400 + 8100,
  runKey: 'baa5a0964d3320fbc0c6a922140453c8513ea24ab8fd0577034804a967248096',
  trust: 'protected',
};

export function change(
  kind: Change['kind'],
  name: string,
  baseline: string | null,
  candidate: string | null,
): Change {
  return { kind, name, baseline, candidate };
}

export const OUTCOMES = {
  pass: { kind: 'pass', verdict: 'pass', conclusion: 'success', exit: 0 },
  warn: { kind: 'warn', verdict: 'fail', conclusion: 'success', exit: 0 },
  fail: { kind: 'fail', verdict: 'fail', conclusion: 'failure', exit: 1 },
  error: { kind: 'error', verdict: 'error', conclusion: 'failure', exit: 2 },
  upstream: { kind: 'upstream', verdict: null, conclusion: 'failure', exit: 3 },
  blocked: { kind: 'blocked', verdict: 'inconclusive', conclusion: 'action_required', exit: 4 },
  cancelled: { kind: 'cancelled', verdict: null, conclusion: 'cancelled', exit: 130 },
  inconclusive: { kind: 'inconclusive', verdict: 'inconclusive', conclusion: 'neutral', exit: 0 },
  adoption: { kind: 'adoption', verdict: 'pass', conclusion: 'neutral', exit: 0 },
  'dry-run': { kind: 'dry-run', verdict: 'fail', conclusion: 'neutral', exit: 0 },
  'not-judged': { kind: 'not-judged', verdict: null, conclusion: 'neutral', exit: 0 },
  'no-rules': { kind: 'no-rules', verdict: null, conclusion: 'neutral', exit: 0 },
} satisfies Record<string, Omit<Outcome, 'sentence'>>;

export function outcome(kind: keyof typeof OUTCOMES, sentence: string): Outcome {
  return { ...OUTCOMES[kind], sentence };
}

const AIRLINES = ['AA', 'AS', 'B6', 'DL', 'EV', 'F9', 'MQ', 'UA', 'US', 'WN'];

/** One slice row for each airline, moved by `shift` and a little of its own. */
export function slices(shift: number): MetricRow[] {
  return AIRLINES.map((airline, at) => {
    const base = 0.73 + at * 0.004;
    const moved = at % 4 === 3 ? base : base + shift * (1 + at / 5);
    return row('roc_auc', base, moved, { slice: `carrier=${airline}`, n: 2000 + at * 911 });
  });
}

/** A model that passes, with everything a report can show. */
export function modelReport(over: Partial<ModelReport> = {}): ModelReport {
  const values = { baseline: 0.75934, candidate: 0.76581 };
  return {
    model: 'delays',
    outcome: outcome('pass', 'All 2 rules hold: roc_auc rose by 0.0065, and accuracy is at least 0.9.'),
    comparison: {
      metrics: [
        row('roc_auc', values.baseline, values.candidate),
        row('accuracy', 0.91204, 0.91388),
        row('log_loss', 0.23912, 0.23788, { direction: 'lower' }),
        row('brier', 0.06814, 0.06779, { direction: 'lower' }),
        row('precision', 0.6121, 0.6094),
        row('recall', 0.3302, 0.3302),
        row('train_seconds', 41.2, 48.9, { direction: null, n: null }),
        ...slices(0.006),
      ],
      params: [change('param', 'params.yaml:train.max_depth', '6', '8')],
      inputs: [
        change(
          'input',
          'train.py',
          ROWS_DIGEST,
          'fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9',
        ),
      ],
      environment: [change('environment', 'scikit-learn', '1.7.1', '1.7.2')],
      comparability: {
        rows: 'same',
        evaluator: 'same',
        labels: 'same',
        shared: ROWS,
        onlyCandidate: 0,
        onlyBaseline: 0,
        notes: [],
      },
      warnings: [],
    },
    rules: [
      result(rule('roc_auc', 'max-drop', 0.005), 'pass', values, {
        interval: [0.00412, 0.00889],
        mde: { pass: 0.0034, fail: 0.0061 },
        sentence:
          'roc_auc rose by 0.0065 (90 % interval 0.0041 to 0.0089), so a drop of more than 0.005 is ruled out.',
      }),
      result(
        rule('accuracy', 'min', 0.9, { line: 13 }),
        'pass',
        { baseline: 0.91204, candidate: 0.91388 },
        {
          interval: [0.91204, 0.91571],
          estimate: 0.91388,
          mde: { pass: 0.0027, fail: 0.0027 },
          sentence: 'accuracy is 0.9139 (90 % interval 0.9120 to 0.9157), above the bar of 0.9.',
        },
      ),
    ],
    policy: POLICY,
    policyChanges: [],
    candidate: CANDIDATE,
    baseline: BASELINE,
    refusals: [],
    history: {
      roc_auc: [0.741, 0.744, 0.743, 0.751, 0.7563, 0.75934],
      accuracy: [0.905, 0.911, 0.9108, 0.9121, 0.91204],
    },
    stages: [
      { name: 'train', result: 'ran', seconds: 47.3 },
      { name: 'evaluate', result: 'ran', seconds: 3.21 },
    ],
    judgedOnRows: null,
    attempt: null,
    notes: [],
    ...over,
  };
}

export function report(models: readonly ModelReport[], over: Partial<Report> = {}): Report {
  return {
    project: 'flights',
    models,
    outcome: models[0]?.outcome ?? outcome('no-rules', 'No model was compared.'),
    notes: [],
    links: { run: null, report: null, docs: null },
    version: '0.1.0',
    ...over,
  };
}
