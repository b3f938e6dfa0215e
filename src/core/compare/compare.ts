import type { Direction, Metric } from '../metrics/types.ts';
import { counterpart, indexMetrics, settleMetrics } from './match.ts';
import type { Change, Comparability, Comparison, MetricRow, RunFacts } from './types.ts';

/** Unreadable values come first, whatever the size of other changes. */
const UNREADABLE = Number.POSITIVE_INFINITY;

/**
 * What differs between two runs: metrics worst first, parameters, inputs and packages by name, and whether the two
 * may be compared at all. Without a baseline everything is `added`.
 */
export function compareRuns(runs: { candidate: RunFacts; baseline: RunFacts | null }): Comparison {
  const { candidate, baseline } = runs;
  const ours = settleMetrics(candidate.metrics, 'candidate');
  const theirs = settleMetrics(baseline?.metrics ?? [], 'baseline');
  const before: RunFacts = baseline ?? noRun;
  return {
    metrics: metricRows(ours.metrics, theirs.metrics, baseline !== null),
    params: baseline ? changes('param', texts(before.params), texts(candidate.params)) : [],
    inputs: baseline ? changes('input', digests(before), digests(candidate)) : [],
    environment: baseline ? changes('environment', before.packages, candidate.packages) : [],
    comparability: comparability(candidate, baseline),
    warnings: [...ours.warnings, ...theirs.warnings, ...droppedRows(candidate, baseline)],
    ...(candidate.confusion && {
      confusion: { candidate: candidate.confusion, baseline: baseline?.confusion ?? null },
    }),
    ...((candidate.dropped || baseline?.dropped) && {
      dropped: { candidate: candidate.dropped ?? 0, baseline: baseline?.dropped ?? 0 },
    }),
  };
}

function droppedRows(candidate: RunFacts, baseline: RunFacts | null): string[] {
  const sides = [
    { side: 'candidate', count: candidate.dropped ?? 0 },
    { side: 'baseline', count: baseline?.dropped ?? 0 },
  ];
  return sides
    .filter(({ count }) => count > 0)
    .map(({ side, count }) => {
      const rows = count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`;
      return `${rows} of the ${side} ${count === 1 ? 'was' : 'were'} left out: something was missing in ${count === 1 ? 'it' : 'them'}.`;
    });
}

/** The facts of a run that does not exist. */
export const noRun: RunFacts = {
  metrics: [],
  params: {},
  inputs: [],
  packages: {},
  digests: { rows: null, labels: null, evaluator: null },
  confusion: null,
};

function metricRows(
  candidate: readonly Metric[],
  baseline: readonly Metric[],
  compared: boolean,
): MetricRow[] {
  const before = indexMetrics(baseline);
  const met = new Set<Metric>();
  const rows = candidate.map((metric) => {
    const other = counterpart(metric, before);
    if (other) met.add(other);
    return metricRow(metric, other, compared);
  });
  const gone = baseline.filter((metric) => !met.has(metric)).map((metric) => metricRow(null, metric, true));
  return [...rows, ...gone].sort((a, b) => b.badness - a.badness);
}

function metricRow(candidate: Metric | null, baseline: Metric | null, compared: boolean): MetricRow {
  const metric = (candidate ?? baseline) as Metric;
  const direction = candidate?.direction ?? baseline?.direction ?? null;
  const values = [candidate?.value ?? null, baseline?.value ?? null] as const;
  const delta = values[0] === null || values[1] === null ? null : values[0] - values[1];
  const change = changeOf(candidate, baseline, delta, direction, compared);
  return {
    name: metric.name,
    slice: metric.slice,
    class: metric.class,
    candidate,
    baseline,
    delta,
    direction,
    change,
    badness: badnessOf(change, delta, values[1], direction),
  };
}

function changeOf(
  candidate: Metric | null,
  baseline: Metric | null,
  delta: number | null,
  direction: Direction | null,
  compared: boolean,
): MetricRow['change'] {
  if (candidate && candidate.value === null) return 'unreadable';
  if (!candidate) return 'removed';
  if (!baseline) return 'added';
  if (!compared || delta === null) return 'unreadable';
  if (delta === 0) return 'same';
  if (direction === null) return 'changed';
  return delta > 0 === (direction === 'higher') ? 'better' : 'worse';
}

/** Relative size of the change, positive when worse; against a baseline of 0 the size itself. */
function badnessOf(
  change: MetricRow['change'],
  delta: number | null,
  before: number | null,
  direction: Direction | null,
): number {
  if (change === 'unreadable') return UNREADABLE;
  if (change === 'removed') return Number.MAX_VALUE;
  if (delta === null || before === null || direction === null) return 0;
  const size = before === 0 ? Math.abs(delta) : Math.abs(delta / before);
  return delta > 0 === (direction === 'higher') ? -size : size;
}

function changes(
  kind: Change['kind'],
  baseline: Readonly<Record<string, string>>,
  candidate: Readonly<Record<string, string>>,
): Change[] {
  const names = [...new Set([...Object.keys(baseline), ...Object.keys(candidate)])].sort();
  const at = (side: Readonly<Record<string, string>>, name: string) =>
    Object.hasOwn(side, name) ? (side[name] ?? null) : null;
  return names
    .map((name) => ({ kind, name, baseline: at(baseline, name), candidate: at(candidate, name) }))
    .filter((change) => change.baseline !== change.candidate);
}

function texts(params: RunFacts['params']): Record<string, string> {
  const entries = Object.entries(params).map(([name, value]) => [
    name,
    value === null ? 'null' : String(value),
  ]);
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as Record<string, string>;
}

function digests(facts: RunFacts): Record<string, string> {
  const entries = facts.inputs.map(({ path, sha256 }) => [path, sha256]);
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as Record<string, string>;
}

function comparability(candidate: RunFacts, baseline: RunFacts | null): Comparability {
  const state = (field: 'rows' | 'labels' | 'evaluator') => {
    const [a, b] = [candidate.digests[field], baseline?.digests[field] ?? null];
    return a === null || b === null ? 'unknown' : a === b ? 'same' : 'changed';
  };
  const states = { rows: state('rows'), labels: state('labels'), evaluator: state('evaluator') } as const;
  const notes = [
    states.rows === 'changed'
      ? 'The test rows differ from the baseline’s: the two were not measured on the same data.'
      : '',
    states.labels === 'changed' ? 'The set of labels differs from the baseline’s.' : '',
    states.evaluator === 'changed' ? 'The code that scores differs from the baseline’s.' : '',
  ];
  return {
    ...states,
    shared: null,
    onlyCandidate: null,
    onlyBaseline: null,
    notes: notes.filter((note) => note !== ''),
  };
}
