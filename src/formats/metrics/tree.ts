import { ConfigError } from '../../core/errors.ts';
import type { Direction, ValueState } from '../../core/metrics/types.ts';
import { type ListTree, type MapTree, placeOf, type Tree } from '../structured/tree.ts';
import { isReport, isReportRow, reportCell } from './report.ts';
import { type FileMetric, plainMetric, refuseNumericText, stateOf } from './value.ts';

const STATES: readonly ValueState[] = ['ok', 'nan', 'inf', 'missing', 'undefined'];
export const STEP_COLUMNS: readonly string[] = ['step', 'epoch', 'iteration'];

interface Walk {
  file: string;
  metrics: FileMetric[];
}

/**
 * Metrics of a nested document: names of nested maps joined by dots. Numbers and `null` (missing) are metrics;
 * texts and booleans describe and are skipped, but a number written as text is a ConfigError. Lists: of numbers,
 * the steps of a metric, the last counts; of `{name, value, direction?|higher_is_better?, slice?, class?}`, metrics;
 * of maps with `step`, `epoch` or `iteration`, a log, the last counts; any other list is data and skipped.
 */
export function treeMetrics(tree: Tree, file: string): FileMetric[] {
  const walk: Walk = { file, metrics: [] };
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
  for (const [key, value] of tree.entries) {
    if (report && isReportRow(value)) visitReportRow(walk, key, value, path);
    else visit(walk, value, [...path, key]);
  }
}

function visitReportRow(walk: Walk, row: string, tree: MapTree, path: readonly string[]): void {
  for (const [column, value] of tree.entries) {
    const cell = reportCell(row, column);
    if (!cell) continue;
    const inner: Walk = { file: walk.file, metrics: [] };
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
  const inner: Walk = { file: walk.file, metrics: [] };
  const value = tree.entries.get('value');
  if (value) visit(inner, value, [...prefix, String(scalar(tree, 'name'))]);
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
