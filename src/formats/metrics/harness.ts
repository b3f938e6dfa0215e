import { directionOf } from '../../core/metrics/names.ts';
import type { Direction } from '../../core/metrics/types.ts';
import type { MapTree, Tree } from '../structured/tree.ts';

/** `acc,none`: a metric and the filter of answers it was computed after. */
const FILTERED = /^([^,]+),([^,]+)$/;

/** Key of the standard error beside a metric's, as lm-evaluation-harness writes it: `acc_stderr,none`. */
export function stderrKey(key: string): string {
  const [, metric, filter] = FILTERED.exec(key) ?? [];
  return metric === undefined ? `${key}_stderr` : `${metric}_stderr,${filter}`;
}

/**
 * Which way is better for `results.<task>.<metric>,<filter>` of lm-evaluation-harness: as its `higher_is_better` says,
 * else by the metric's name. `null` for all other paths.
 */
export function harnessDirection(root: Tree, path: readonly string[]): Direction | null {
  const metric = FILTERED.exec(path.at(-1) ?? '')?.[1];
  if (metric === undefined) return null;
  const words = root.kind === 'map' ? root.entries.get('higher_is_better') : undefined;
  const task = mapAt(words, path.at(-2) ?? '');
  const higher = task?.entries.get(metric);
  if (higher?.kind === 'scalar' && typeof higher.value === 'boolean')
    return higher.value ? 'higher' : 'lower';
  return directionOf(metric);
}

function mapAt(tree: Tree | undefined, key: string): MapTree | null {
  const found = tree?.kind === 'map' ? tree.entries.get(key) : undefined;
  return found?.kind === 'map' ? found : null;
}
