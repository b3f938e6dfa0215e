import { ConfigError } from '../../core/errors.ts';
import type { NamedValue, Uncertainty } from '../../core/metrics/types.ts';
import { meanOf } from '../../core/stats/repeats.ts';
import { type MapTree, placeOf, type ScalarTree, type Tree } from '../structured/tree.ts';
import { type FileMetric, plainMetric, stateOf } from './value.ts';

/** More values of one metric are no repeats but rows. */
const MOST = 1000;

/** A metric read from several keys of a map; the others are to be read as ever. */
export interface Repeated {
  metric: FileMetric;
  used: readonly string[];
}

/**
 * A metric written as the map `{folds, test_train_ratio}`, `{seeds}` or `{value, stderr}`; `null` for any other map. Two
 * of them at once, a ratio that is not above 0 and a negative standard error are ConfigErrors.
 */
export function repeatedMetric(tree: MapTree, name: string, file: string): Repeated | null {
  const folds = numbersIn(tree.entries.get('folds'));
  const seeds = mapOfNumbers(tree.entries.get('seeds'));
  const [value, stderr] = [tree.entries.get('value'), tree.entries.get('stderr')];
  const stated = isNumber(value) && isNumber(stderr);
  const given = [folds ? 'folds' : '', seeds ? 'seeds' : '', stated ? 'stderr' : ''].filter(
    (key) => key !== '',
  );
  if (given.length === 0) return null;
  if (given.length > 1)
    throw refused(name, file, tree, `has ${given.join(' and ')}`, 'one of folds, seeds and stderr');
  if (folds) return { metric: splitMetric(folds, tree, name, file), used: ['folds', 'test_train_ratio'] };
  if (seeds) {
    const uncertainty = (values: NamedValue[]): Uncertainty => ({ kind: 'seeds', values });
    return { metric: meanMetric(seeds, tree, name, file, uncertainty), used: ['seeds'] };
  }
  const metric = errorMetric(value as ScalarTree, stderr as ScalarTree, name, file);
  return { metric, used: ['value', 'stderr'] };
}

/** Numbers with names, of a map or by their places in a list; `null` where anything else is among them, or none. */
export function numbersIn(tree: Tree | undefined): ReadonlyMap<string, ScalarTree> | null {
  if (tree === undefined || tree.kind === 'scalar') return null;
  const entries: [string, Tree][] =
    tree.kind === 'map' ? [...tree.entries] : tree.items.map((item, i) => [String(i), item]);
  const numbers = entries.filter((entry): entry is [string, ScalarTree] => isNumber(entry[1]));
  return numbers.length > 0 && numbers.length === entries.length ? new Map(numbers) : null;
}

/** Seeds in a list have no names, so the two sides could not be paired: it is read as any other list. */
function mapOfNumbers(tree: Tree | undefined): ReadonlyMap<string, ScalarTree> | null {
  return tree?.kind === 'map' ? numbersIn(tree) : null;
}

/** A number, `null` for one that is missing, NaN or infinite. */
export function isNumber(tree: Tree | undefined): tree is ScalarTree {
  return tree?.kind === 'scalar' && (tree.value === null || /^(?:number|bigint)$/.test(typeof tree.value));
}

/** Values on the splits of a map that may say `test_train_ratio`. */
export function splitMetric(
  values: ReadonlyMap<string, ScalarTree>,
  tree: MapTree,
  name: string,
  file: string,
): FileMetric {
  const test_train_ratio = ratioOf(tree, name, file);
  return meanMetric(values, tree, name, file, (named) => ({
    kind: 'splits',
    values: named,
    test_train_ratio,
  }));
}

/** A value with its standard error. */
export function errorMetric(value: ScalarTree, stderr: ScalarTree, name: string, file: string): FileMetric {
  const error = numberOf(stderr).value;
  if (error !== null && error < 0)
    throw refused(name, file, stderr, 'has a negative standard error', 'at least 0');
  const uncertainty: Uncertainty = { kind: 'stderr', stderr: error };
  return { ...plainMetric(name, numberOf(value), value.line), uncertainty };
}

/** The mean of values and what it is the mean of; when one of them is no number it has that state and nothing behind it. */
function meanMetric(
  values: ReadonlyMap<string, ScalarTree>,
  tree: Tree,
  name: string,
  file: string,
  uncertainty: (named: NamedValue[]) => Uncertainty,
): FileMetric {
  if (values.size > MOST) throw refused(name, file, tree, `has ${values.size} values`, `at most ${MOST}`);
  const read = [...values].map(([key, value]) => ({ name: key, ...numberOf(value) }));
  const bad = read.find(({ state }) => state !== 'ok');
  if (bad) return plainMetric(name, { value: null, state: bad.state }, tree.line);
  const named = read.map((one) => ({ name: one.name, value: one.value as number }));
  const mean = stateOf(meanOf(named.map(({ value }) => value)));
  return { ...plainMetric(name, mean, tree.line), uncertainty: uncertainty(named) };
}

function ratioOf(tree: MapTree, name: string, file: string): number | null {
  const given = tree.entries.get('test_train_ratio');
  if (given === undefined) return null;
  const ratio = isNumber(given) ? numberOf(given).value : null;
  if (ratio !== null && ratio > 0) return ratio;
  const expected = 'a number above 0: 0.25 for 5 folds, of which each tests on one and trains on four';
  throw refused(name, file, given, 'has a test_train_ratio that is no ratio', expected);
}

/** The number with its state; `null` is missing. */
export function numberOf({ value }: ScalarTree): ReturnType<typeof stateOf> {
  return value === null ? { value: null, state: 'missing' } : stateOf(Number(value));
}

function refused(name: string, file: string, tree: Tree, what: string, expected: string): ConfigError {
  const message = `The metric ${JSON.stringify(name)} of ${file} ${what}.`;
  return new ConfigError(message, { place: placeOf(file, tree.line), expected });
}
