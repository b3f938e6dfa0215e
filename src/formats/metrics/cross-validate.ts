import type { MapTree, ScalarTree } from '../structured/tree.ts';
import { numbersIn, splitMetric } from './repeats.ts';
import type { FileMetric } from './value.ts';

/**
 * The answer of scikit-learn's `cross_validate`: `fit_time`, `score_time` and scores as lists of equal length, a value
 * for each split. Metrics are their means. `null` for any other map.
 */
export function crossValidated(
  tree: MapTree,
  prefix: readonly string[],
  file: string,
): { metrics: FileMetric[]; used: readonly string[] } | null {
  const lists = [...tree.entries].flatMap(([key, value]): [string, ReadonlyMap<string, ScalarTree>][] => {
    const numbers = value.kind === 'list' ? numbersIn(value) : null;
    return numbers ? [[key, numbers]] : [];
  });
  const columns = new Map(lists);
  const size = columns.get('fit_time')?.size;
  if (size === undefined || !columns.has('score_time')) return null;
  if (lists.length < 3 || lists.some(([, numbers]) => numbers.size !== size)) return null;
  const metrics = lists.map(([key, numbers]) => splitMetric(numbers, tree, [...prefix, key].join('.'), file));
  return { metrics, used: [...columns.keys(), 'test_train_ratio'] };
}
