import { counterpart, indexMetrics } from '../compare/match.ts';
import { ConfigError } from '../errors.ts';
import { matching } from '../metrics/bins.ts';
import { directionOf, parseMetricName } from '../metrics/names.ts';
import { canonicalSlice, parseSlice } from '../metrics/slice-name.ts';
import type { Direction, Metric, MetricIdentity, PredictionTable } from '../metrics/types.ts';
import { nearest } from '../nearest.ts';
import type { MetricDeclaration, Policy, Rule } from './types.ts';

/** What a rule is about, under a policy. */
export interface Subject {
  name: string;
  identity: MetricIdentity;
  slice: string | null;
  direction: Direction | null;
}

/**
 * The metric a rule names, with its direction: the policy's word, else what the sides carry (from a file), else the
 * name table's. A margin against the direction, or without one, is a ConfigError on the rule's line.
 */
export function subjectOf(rule: Rule, policy: Policy, sides: readonly (readonly Metric[])[]): Subject {
  const declared = declarationOf(rule.metric, policy.metrics);
  const { name, identity } = parseMetricName(rule.metric, declared);
  const slice = rule.slice === null ? null : canonicalSlice(rule.slice);
  const carried = sides.map(
    (metrics) => findMetric({ name, identity, slice: null }, metrics)?.direction ?? null,
  );
  const direction = declared?.direction ?? carried.find((word) => word !== null) ?? directionOf(identity);
  checkDirection(rule, direction);
  return { name, identity, slice, direction };
}

/** What the policy declares for a metric, under the rule's own spelling of it or any other. */
export function declarationOf(metric: string, declared: Policy['metrics']): MetricDeclaration | undefined {
  if (Object.hasOwn(declared, metric)) return declared[metric];
  const { name } = parseMetricName(metric);
  return Object.entries(declared).find(([other]) => parseMetricName(other).name === name)?.[1];
}

function checkDirection(rule: Rule, direction: Direction | null): void {
  const wanted = wantedDirection(rule, direction);
  if (wanted === null || direction === wanted) return;
  const place = rule.line === null ? {} : { place: { file: 'trainyard.yml', line: rule.line } };
  if (direction === null) {
    throw new ConfigError(
      `The rule "${rule.text}" needs to know whether more or less of ${rule.metric} is better.`,
      {
        ...place,
        hint: `Say so: metrics: { ${rule.metric}: ${wanted} }`,
      },
    );
  }
  const other = wanted === 'higher' ? 'max-rise' : 'max-drop';
  throw new ConfigError(
    `The rule "${rule.text}" limits the wrong way: ${direction} is better for ${rule.metric}.`,
    {
      ...place,
      hint: `Use ${other}, or declare the direction under "metrics:".`,
    },
  );
}

/** The direction a kind of rule needs; `too-good` any, but one. */
function wantedDirection({ kind }: Rule, direction: Direction | null): Direction | null {
  if (kind === 'too-good') return direction ?? 'higher';
  return kind === 'max-drop' ? 'higher' : kind === 'max-rise' ? 'lower' : null;
}

/** The metric of one side that a subject means; `null` when the side has none. */
export function findMetric(subject: Omit<Subject, 'direction'>, metrics: readonly Metric[]): Metric | null {
  const asked: Metric = {
    ...subject,
    class: null,
    value: null,
    state: 'missing',
    direction: null,
    n: null,
    source: 'file',
  };
  const spelt = metrics.map((metric) =>
    metric.slice === null ? metric : { ...metric, slice: canonicalSlice(metric.slice) },
  );
  return counterpart(asked, indexMetrics(spelt));
}

/** Why a metric or slice was not found, with the nearest name that is there. */
export function absence(subject: Subject, metrics: readonly Metric[], table: PredictionTable | null): string {
  if (subject.slice !== null && table) {
    const missing = missingSlice(subject.slice, table);
    if (missing !== null) return missing;
  }
  const names = [...new Set(metrics.filter((metric) => metric.class === null).map((metric) => metric.name))];
  const guess = nearest(subject.name, names);
  const where = subject.slice === null ? '' : ` for ${subject.slice}`;
  return `there is no ${subject.name}${where}${guess === null || guess === subject.name ? '' : `; did you mean ${guess}?`}`;
}

function missingSlice(slice: string, table: PredictionTable): string | null {
  for (const { column, value } of parseSlice(slice) ?? []) {
    const columns = Object.keys(table.slices);
    const found = Object.hasOwn(table.slices, column) ? table.slices[column] : undefined;
    if (!found) {
      const guess = nearest(column, columns);
      const hint =
        guess === null ? ` (declared: ${columns.join(', ') || 'none'})` : `; did you mean ${guess}?`;
      return `"${column}" is not a slice column of the predictions${hint}`;
    }
    if (matching(found, value) === null)
      return value === '*' ? `no value of ${column} has enough rows` : `no row has ${column}=${value}`;
  }
  return null;
}
