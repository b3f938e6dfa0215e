import type { MetricDeclaration } from '../gate/types.ts';
import { ALIASES, CATALOGUE, GENERIC_DIRECTIONS } from './catalogue.ts';
import { fairnessDirection, fairnessId, parseFairnessName } from './fairness-name.ts';
import { canonicalSlice } from './slice-name.ts';
import type { Direction, Metric, MetricIdentity } from './types.ts';

/** A metric name understood: its canonical spelling, what it is, and whether the catalogue knows it. */
export interface ParsedMetricName {
  name: string;
  identity: MetricIdentity;
  known: boolean;
}

interface NameParts {
  base: string;
  average: string | null;
  parameter: number | null;
}

const AVERAGE = /^(.+)_(macro|micro|weighted)(?:_avg|_average)?$/;
const AVERAGE_FIRST = /^(macro|micro|weighted)(?:_avg|_average)?_(.+)$/;
const SPLIT_PREFIX = /^(?:train|training|val|valid|validation|test|eval|dev|holdout|cv|oof)_+/;
const LATENCY =
  /^(?:(?:p\d+|mean|avg|median|max)_)?latency(?:_(?:p\d+|mean|avg|median|max|ms|us|ns|s|sec|seconds|milliseconds))*$/;
const LONGEST_NAME = 200;

/**
 * Reads a metric name as users and metrics files write it. Case, spaces, dashes and a trailing `_score` do not
 * matter; short forms are aliases (`AUC` → `roc_auc`); averages come as `f1_macro`, parameters as `fbeta@2`,
 * `top_k_accuracy@5` (β and quantiles are part of the id, `k` has its own field). A name the catalogue does not
 * know stays exactly as it is. What `declaration` says about the metric fills what the name leaves open.
 */
export function parseMetricName(name: string, declaration?: MetricDeclaration): ParsedMetricName {
  const fairness = name.length > LONGEST_NAME ? null : parseFairnessName(name);
  if (fairness) {
    const id = fairnessId(fairness);
    return { name: id, identity: declaredIdentity(id, null, null, declaration), known: true };
  }
  const canonical = name.length > LONGEST_NAME ? null : canonicalParts(normaliseName(name));
  const entry = canonical && CATALOGUE.get(canonical.base);
  if (!canonical || !entry)
    return { name, identity: declaredIdentity(name, null, null, declaration), known: false };
  const { base, average, parameter } = canonical;
  const suffix = parameter === null ? '' : `@${parameter}`;
  const inId = entry.parameter === 'id' ? suffix : '';
  const k = entry.parameter === 'k' ? parameter : null;
  return {
    name: `${base}${average === null ? '' : `_${average}`}${suffix}`,
    identity: declaredIdentity(`${base}${inId}`, average, k, declaration),
    known: true,
  };
}

function normaliseName(name: string): string {
  const words = name
    .trim()
    .toLowerCase()
    .replaceAll('²', '2')
    .replace(/[\s_-]+/g, '_');
  return words.replace(/_score(?=@|_|$)/, (match, offset: number) => (offset === 0 ? match : ''));
}

function canonicalParts(written: string): NameParts | null {
  const parameter = /@([^@_]+)(_[a-z]+)?$/.exec(written);
  if (written.includes('@') && !parameter) return null;
  const stem = parameter ? written.slice(0, parameter.index) + (parameter[2] ?? '') : written;
  const { base, average } = splitAverage(stem);
  const target = CATALOGUE.has(base) ? base : ALIASES.get(base);
  if (target === undefined) return null;
  const [id = target, implied] = target.split('@');
  const value = parameter?.[1] ?? implied;
  if (parameter && implied !== undefined) return null;
  return acceptedParts(id, average, value);
}

/** Average and base of a name; `roc_auc_ovr_macro` is scikit-learn's `roc_auc_ovr`. */
function splitAverage(stem: string): { base: string; average: string | null } {
  const last = AVERAGE.exec(stem);
  const first = last ? null : AVERAGE_FIRST.exec(stem);
  if (last?.[1] && last[2]) return { base: last[1], average: last[2] };
  if (first?.[1] && first[2]) return { base: first[2], average: first[1] };
  return { base: stem, average: null };
}

function acceptedParts(base: string, average: string | null, value: string | undefined): NameParts | null {
  const entry = CATALOGUE.get(base);
  if (!entry || (average !== null && !entry.averages.includes(average))) return null;
  const shown = average === 'macro' && base.startsWith('roc_auc_') ? null : average;
  if (value === undefined) return { base, average: shown, parameter: null };
  const parameter = /^\d+(\.\d+)?$/.test(value) ? Number(value) : 0;
  const whole = entry.parameter === 'k';
  if (entry.parameter === null || !(parameter > 0) || (whole && !Number.isSafeInteger(parameter)))
    return null;
  return { base, average: shown, parameter };
}

function declaredIdentity(
  id: string,
  average: string | null,
  k: number | null,
  declaration: MetricDeclaration | undefined,
): MetricIdentity {
  // scikit-learn's word for no average at all.
  const declared = declaration?.average === 'binary' ? null : declaration?.average;
  return {
    id,
    average: average ?? declared ?? null,
    positive_label: declaration?.positiveLabel ?? null,
    threshold: declaration?.threshold ?? null,
    k: k ?? declaration?.k ?? null,
    labels: declaration?.labels ? [...declaration.labels] : null,
    split: declaration?.split ?? null,
    dataset: declaration?.dataset ?? null,
  };
}

/**
 * Which way is better, from the catalogue, else from a short list of names whose direction nobody disputes
 * (`loss`, `val_loss`, `latency_p95`, `neg_mean_squared_error`); the last part of a dotted name counts.
 * `null` when it is not plain: such a metric is shown and never gated.
 */
export function directionOf(metric: MetricIdentity | string): Direction | null {
  const id = typeof metric === 'string' ? metric : metric.id;
  if (id.length > LONGEST_NAME) return null;
  const fairness = parseFairnessName(id);
  if (fairness) return fairnessDirection(fairness);
  const leaf =
    id
      .replace(/@[^@]*$/, '')
      .split(/[./]/)
      .at(-1) ?? id;
  const name = normaliseName(parseMetricName(id).known ? id : leaf);
  return directionOfName(name) ?? directionOfName(name.replace(SPLIT_PREFIX, ''));
}

function directionOfName(name: string): Direction | null {
  const known = canonicalParts(name);
  if (known) return CATALOGUE.get(known.base)?.direction ?? null;
  if (name.startsWith('neg_')) return directionOfName(name.slice(4)) === 'lower' ? 'higher' : null;
  return GENERIC_DIRECTIONS.get(name) ?? (LATENCY.test(name) ? 'lower' : null);
}

/**
 * Key by which metrics of two runs are matched: the whole identity, the slice (its terms in any order) and the
 * class. Two `f1` values that differ in average, positive label, threshold, labels, split or data set have
 * different keys.
 */
export function metricKey(metric: Pick<Metric, 'identity' | 'slice' | 'class'>): string {
  const { id, average, positive_label, threshold, k, labels, split, dataset } = metric.identity;
  const slice = metric.slice === null ? null : canonicalSlice(metric.slice);
  const sorted = labels === null ? null : [...labels].sort();
  return JSON.stringify([
    id,
    average,
    positive_label,
    threshold,
    k,
    sorted,
    split,
    dataset,
    slice,
    metric.class,
  ]);
}
