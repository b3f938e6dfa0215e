import { ConfigError } from '../../core/errors.ts';
import type { Direction, ValueState } from '../../core/metrics/types.ts';
import { type ListTree, type MapTree, placeOf, type Tree } from '../structured/tree.ts';
import { crossValidated } from './cross-validate.ts';
import { harnessDirection, stderrKey } from './harness.ts';
import { errorMetric, isNumber, numberOf, repeatedMetric } from './repeats.ts';
import { isReport, isReportRow, reportCell } from './report.ts';
import { type FileMetric, plainMetric, refuseNumericText, stateOf } from './value.ts';

const STATES: readonly ValueState[] = ['ok', 'nan', 'inf', 'missing', 'undefined'];
export const STEP_COLUMNS: readonly string[] = ['step', 'epoch', 'iteration'];

interface Walk {
  file: string;
  root: Tree;
  metrics: FileMetric[];
}

/**
 * Metrics of a nested document: names of nested maps joined by dots. Numbers and `null` (missing) are metrics; texts and
 * booleans describe and are skipped, but a number written as text is a ConfigError. One metric are a map that says what
 * it varies by (`repeatedMetric`), each list of `cross_validate`, and a value whose key has a standard error beside it.
 * Other lists: of numbers, the steps of a metric, the last counts; of `{name, value, stderr?, direction? |
 * higher_is_better?, slice?, class?}`, metrics; of maps with `step`, `epoch` or `iteration`, a log, the last counts; any
 * other list is data and skipped.
 */
export function treeMetrics(tree: Tree, file: string): FileMetric[] {
  const walk: Walk = { file, root: tree, metrics: [] };
  if (tree.kind === 'scalar') {
    throw new ConfigError(`${file} holds a single value.`, {
      place: placeOf(file, tree.line),
      expected: 'names with numbers',
    });
  }
  visit(walk, tree, []);
  return walk.metrics;
}

function visit(walk: Walk, tree: Tree, path: readonly string[]): void {
  if (tree.kind === 'map') visitMap(walk, tree, path);
  else if (tree.kind === 'list') visitList(walk, tree, path);
  else visitScalar(walk, tree.value, path, tree.line);
}

function visitScalar(
  walk: Walk,
  value: string | number | bigint | boolean | null,
  path: readonly string[],
  line: number | null,
): void {
  const name = path.join('.');
  if (typeof value === 'string') refuseNumericText(value, name, walk.file, line);
  else if (value === null) walk.metrics.push(plainMetric(name, { value: null, state: 'missing' }, line));
  else if (typeof value !== 'boolean') walk.metrics.push(plainMetric(name, stateOf(Number(value)), line));
}

function visitMap(walk: Walk, tree: MapTree, path: readonly string[]): void {
  const report = isReport(tree);
  const used = new Set(visitRepeats(walk, tree, path));
  for (const [key, value] of tree.entries) {
    if (used.has(key)) continue;
    if (report && isReportRow(value)) visitReportRow(walk, key, value, path);
    else visitValue(walk, tree, key, [...path, key]);
  }
}

/** Metrics that several keys of a map make together; gives these keys. */
function visitRepeats(walk: Walk, tree: MapTree, path: readonly string[]): readonly string[] {
  const scores = crossValidated(tree, path, walk.file);
  if (scores) walk.metrics.push(...scores.metrics);
  const one = scores === null && path.length > 0 ? repeatedMetric(tree, path.join('.'), walk.file) : null;
  if (one) walk.metrics.push(one.metric);
  const numbers = [...tree.entries.keys()].filter((key) => isNumber(tree.entries.get(key)));
  const errors = numbers.map(stderrKey).filter((key) => isNumber(tree.entries.get(key)));
  return [...(scores?.used ?? []), ...(one?.used ?? []), ...errors];
}

/** The value of a key; a number with its standard error if that stands beside it. */
function visitValue(walk: Walk, tree: MapTree, key: string, path: readonly string[]): void {
  const [value, stderr] = [tree.entries.get(key) as Tree, tree.entries.get(stderrKey(key))];
  if (!isNumber(value)) {
    visit(walk, value, path);
    return;
  }
  const name = path.join('.');
  const metric = isNumber(stderr)
    ? errorMetric(value, stderr, name, walk.file)
    : plainMetric(name, numberOf(value), value.line);
  walk.metrics.push({ ...metric, direction: harnessDirection(walk.root, path) });
}

function visitReportRow(walk: Walk, row: string, tree: MapTree, path: readonly string[]): void {
  for (const [column, value] of tree.entries) {
    const cell = reportCell(row, column);
    if (!cell) continue;
    const inner: Walk = { ...walk, metrics: [] };
    visit(inner, value, [...path, cell.name]);
    walk.metrics.push(...inner.metrics.map((metric) => ({ ...metric, class: cell.class })));
  }
}

function visitList(walk: Walk, tree: ListTree, path: readonly string[]): void {
  const last = tree.items.at(-1);
  const maps = tree.items.filter((item) => item.kind === 'map');
  if (!last) return;
  if (maps.length === 0) visitSteps(walk, tree.items, last, path);
  else if (maps.length === tree.items.length) visitMaps(walk, maps, path);
}

/** Named metrics or the rows of a log; anything else is data. */
function visitMaps(walk: Walk, maps: readonly MapTree[], path: readonly string[]): void {
  if (maps.every(isNamed)) {
    const prefix = path.length === 1 && path[0] === 'metrics' ? [] : path;
    for (const map of maps) visitNamed(walk, map, prefix);
  } else if (maps.every(hasStep)) {
    for (const [key, value] of maps.at(-1)?.entries ?? []) {
      if (!STEP_COLUMNS.includes(key)) visit(walk, value, [...path, key]);
    }
  }
}

/** The last of a list of numbers; `null` and NaN among them are numbers that are not there. */
function visitSteps(walk: Walk, items: readonly Tree[], last: Tree, path: readonly string[]): void {
  for (const item of items) {
    if (item.kind !== 'scalar' || typeof item.value === 'boolean') return;
    if (typeof item.value === 'string') {
      refuseNumericText(item.value, path.join('.'), walk.file, item.line);
      return;
    }
  }
  visit(walk, last, path);
}

function isNamed(tree: MapTree): boolean {
  return typeof scalar(tree, 'name') === 'string' && tree.entries.has('value');
}

function hasStep(tree: MapTree): boolean {
  return STEP_COLUMNS.some((key) => typeof scalar(tree, key) === 'number');
}

function visitNamed(walk: Walk, tree: MapTree, prefix: readonly string[]): void {
  const inner: Walk = { ...walk, metrics: [] };
  const [value, stderr] = [tree.entries.get('value') as Tree, tree.entries.get('stderr')];
  const name = [...prefix, String(scalar(tree, 'name'))];
  if (isNumber(value) && isNumber(stderr))
    inner.metrics.push(errorMetric(value, stderr, name.join('.'), walk.file));
  else visit(inner, value, name);
  const text = (key: string) => {
    const found = scalar(tree, key);
    return found === null || found === undefined ? null : String(found);
  };
  const direction = directionOf(tree, walk.file);
  const given = STATES.find((state) => state === scalar(tree, 'state'));
  for (const metric of inner.metrics) {
    const state = metric.value === null && given && given !== 'ok' ? given : metric.state;
    walk.metrics.push({ ...metric, state, direction, slice: text('slice'), class: text('class') });
  }
}

function directionOf(tree: MapTree, file: string): Direction | null {
  const higher = scalar(tree, 'higher_is_better');
  if (typeof higher === 'boolean') return higher ? 'higher' : 'lower';
  const direction = scalar(tree, 'direction') ?? null;
  if (direction === 'higher' || direction === 'lower' || direction === null) return direction;
  throw new ConfigError(`The direction ${JSON.stringify(String(direction))} in ${file} is not known.`, {
    place: placeOf(file, tree.entries.get('direction')?.line ?? tree.line),
    expected: '"higher" or "lower"',
  });
}

function scalar(tree: MapTree, key: string): string | number | bigint | boolean | null | undefined {
  const value = tree.entries.get(key);
  return value?.kind === 'scalar' ? value.value : undefined;
}
