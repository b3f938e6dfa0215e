import { flags } from '../metrics/flags.ts';
import { positiveCode } from '../metrics/positive.ts';
import type { MetricIdentity } from '../metrics/types.ts';
import { areaContrast, type Placements, placementsOf } from '../stats/delong.ts';
import { normalQuantile } from '../stats/normal.ts';
import { baselineFactor } from './algebra.ts';
import type { RuleCase } from './case.ts';
import type { RowView } from './view.ts';

type Range = [number, number];

/** Placements of both models' rows behind an area under the ROC curve; `theirs` is `null` without a baseline. */
export interface Areas {
  ours: Placements;
  theirs: Placements | null;
}

/** DeLong's interval at any level. */
export interface AreaInterval {
  /** Both ends at one-sided level `alpha`. */
  at(alpha: number): Range;
  /** Rows that would carry the variance alike; `null` where no normal approximation stands behind the interval. */
  effective: number | null;
  /** DeLong's z of candidate − baseline; `null` for bars and where nothing varies. */
  statistic: number | null;
}

/** Placements on the rows of a view, or `null` where the metric is no ROC AUC of two classes with rows in both. */
export function areasOf(
  { candidate, baseline }: RowView,
  identity: MetricIdentity,
  positiveLabel: string | null,
): Areas | null {
  const { labelCodes, score, classes, task } = candidate;
  const positive = positiveCode(classes ?? [], identity.positive_label ?? positiveLabel);
  const isArea = identity.id === 'roc_auc' && identity.average === null && task === 'binary' && positive >= 0;
  const theirs = baseline ? baseline.score : null;
  if (!isArea || !labelCodes || !score || (baseline !== null && theirs === null)) return null;
  const isPositive = flags(labelCodes, (label) => label === positive);
  if (!isPositive.includes(1) || !isPositive.includes(0)) return null;
  return { ours: placementsOf(score, isPositive), theirs: theirs && placementsOf(theirs, isPositive) };
}

/**
 * DeLong's interval around `estimate`: normal for differences and percentages; for a bar on the logit scale, and where
 * the area is 1 or 0 from α^(1 / size of the rarer class), since so many pairs of rows all stand in order. `null`
 * where nothing varies.
 */
export function areaInterval(asked: RuleCase, estimate: number, areas: Areas): AreaInterval | null {
  if (asked.baseline === null) return barInterval(areas.ours);
  const factor = baselineFactor(asked.rule, asked.subject.direction);
  const { variance, effective } = areaContrast(areas.ours, areas.theirs, factor);
  if (!varies(variance)) return null;
  const error = Math.sqrt(variance);
  const plain = areaContrast(areas.ours, areas.theirs);
  return {
    at: (alpha) => {
      const reach = normalQuantile(1 - alpha) * error;
      return [estimate - reach, estimate + reach];
    },
    effective,
    statistic: varies(plain.variance) ? plain.estimate / Math.sqrt(plain.variance) : null,
  };
}

function barInterval(ours: Placements): AreaInterval | null {
  const { estimate, variance, effective } = areaContrast(ours, null);
  const pairs = Math.min(ours.positive.length, ours.negative.length);
  const exact = { effective: null, statistic: null };
  if (estimate === 1) return { at: (alpha) => [alpha ** (1 / pairs), 1], ...exact };
  if (estimate === 0) return { at: (alpha) => [0, 1 - alpha ** (1 / pairs)], ...exact };
  if (!varies(variance)) return null;
  const centre = Math.log(estimate / (1 - estimate));
  const error = Math.sqrt(variance) / (estimate * (1 - estimate));
  return {
    at: (alpha) => {
      const reach = normalQuantile(1 - alpha) * error;
      return [logistic(centre - reach), logistic(centre + reach)];
    },
    effective,
    statistic: null,
  };
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Areas that differ by the same in every row leave a variance of rounding errors alone. */
function varies(variance: number): boolean {
  return variance > 1e-26;
}
