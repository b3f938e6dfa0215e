import type { ByteDictionary } from './byte-dictionary.ts';
import type { Layout, ReadOptions } from './layout.ts';

/** What stands in a column, and so what it is read into. */
export type ColumnKind = 'id' | 'class' | 'number' | 'text';

/**
 * A column that is read. `class`: labels or predictions, which a regression has as numbers; `text`: a few distinct
 * values; `required`: empty cells and NaN are missing values, else they are values of their own.
 */
export interface PlannedColumn {
  /** Its place in the file; `null` for row numbers, which stand nowhere. */
  index: number | null;
  /** As the file names it. */
  name: string;
  kind: ColumnKind;
  required: boolean;
  minimum: number;
}

/** All ids met so far and their rows. */
export interface SeenIds {
  dictionary: ByteDictionary;
  rows: number[];
}

/** What is done with ids: pseudonyms of a model are made, their order shows that none stands twice, or each is kept. */
export type IdCheck = { pseudonyms: string } | 'ascending' | { seen: SeenIds };

/** Everything one part of a file needs to know to be read by itself. Plain data: it travels between threads. */
export interface ReadPlan {
  file: string;
  header: readonly string[];
  ids: IdCheck;
  /** Rows in which something required is missing are left out; else they are errors. */
  drop: boolean;
  columns: readonly PlannedColumn[];
}

/**
 * The columns of a layout in a fixed order: id, label, prediction, score, weight, group, class scores, slices; behind them
 * those of `other`, which are only looked at for what is missing.
 */
export function planColumns(
  header: readonly string[],
  layout: Layout,
  options: ReadOptions,
  other: Layout | null,
): PlannedColumn[] {
  const columns: PlannedColumn[] = [];
  const add = (
    index: number | null,
    kind: ColumnKind,
    required = true,
    minimum = Number.NEGATIVE_INFINITY,
  ) => {
    if (index !== null) columns.push({ index, name: header[index]?.trim() ?? '', kind, required, minimum });
  };
  if (layout.id !== null) add(layout.id, 'id');
  else if (options.model !== null)
    columns.push({ index: null, name: '', kind: 'id', required: true, minimum: 0 });
  add(layout.label, 'class');
  add(layout.prediction, 'class');
  add(layout.score, 'number');
  add(layout.weight, 'number', true, 0);
  add(layout.group, 'text');
  for (const { index } of layout.classScores) add(index, 'number');
  for (const { index } of layout.slices) add(index, 'text', false);
  if (other) {
    add(other.prediction, 'class');
    add(other.score, 'number');
    for (const { index } of other.classScores) add(index, 'number');
  }
  return columns;
}
