import { ConfigError } from '../../core/errors.ts';
import type { Task } from '../../core/metrics/types.ts';
import { nearest } from '../../core/nearest.ts';
import { quoted } from './cells.ts';

export interface ReadOptions {
  /** Our column → the file's: `id`, `label`, `prediction`, `score`, `weight`, `group`, `score.<label>`. */
  columns: Readonly<Record<string, string>>;
  /** `null` = inferred from the columns and labels. */
  task: Task | null;
  positiveLabel: string | null;
  /** Columns to keep as slices, as the file names them. */
  slices: readonly string[];
  /** Whose rows they are: salts the pseudonyms. `null` = the table gets no ids, they only have to be unique. */
  model: string | null;
  /**
   * In a file that holds two models: whose columns `prediction` and `score` are read, named `candidate.score` and so on in
   * `columns` or in the file. Without ids its rows go by their numbers. `null` = the file holds one model.
   */
  side: ModelSide | null;
  /** Leave out rows in which something required is missing, of either side; else that is an error. */
  drop: boolean;
}

export type ModelSide = 'candidate' | 'baseline';

/** Index of each column that is read; `null` = not there. */
export interface Layout {
  id: number | null;
  label: number;
  prediction: number | null;
  score: number | null;
  weight: number | null;
  group: number | null;
  classScores: readonly { label: string; index: number }[];
  slices: readonly { name: string; index: number }[];
}

const CLASS_SCORE = 'score.';

/**
 * Finds the columns in a header. The names of `columns` must be there; `label` must, `id` too unless
 * `columns.id` is the empty text; the others are taken when a column has our name.
 */
export function resolveLayout(header: readonly string[], file: string, options: ReadOptions): Layout {
  const names = header.map((name) => name.trim());
  refuseRepeated(names, file);
  const { columns, side } = options;
  const optional = (ours: string) => find(names, file, ours, columns, false);
  return {
    id: chosen(columns, 'id') === '' ? null : find(names, file, 'id', columns, side === null),
    label: find(names, file, 'label', columns, true) ?? 0,
    prediction: optional(ofSide(side, 'prediction')),
    score: optional(ofSide(side, 'score')),
    weight: optional('weight'),
    group: optional('group'),
    classScores:
      options.task === 'regression' ? [] : findClassScores(names, file, columns, ofSide(side, CLASS_SCORE)),
    slices: options.slices.map((name) => ({ name, index: indexOf(names, file, name, 'slices') })),
  };
}

/** What a column of the model is called in a file that may hold two. */
export function ofSide(side: ModelSide | null, ours: string): string {
  return side === null ? ours : `${side}.${ours}`;
}

/** The error for a column that is needed and not there. */
export function missingColumn(ours: string, names: readonly string[], file: string): ConfigError {
  const guess = nearest(ours, names) ?? 'NAME';
  return new ConfigError(`${file} has no column ${quoted(ours)}.`, {
    place: { file, line: 1 },
    expected: `${quoted(ours)} among the columns found: ${listed(names)}`,
    hint: `Say which column it is: \`${mapping(ours, guess)}\`.${wrongDelimiter(names)}`,
  });
}

/** Two models in one file are for the command line and an action, not for a configuration. */
function mapping(ours: string, theirs: string): string {
  return /^(?:candidate|baseline)\./.test(ours) ? `${ours}=${theirs}` : `columns: { ${ours}: ${theirs} }`;
}

function find(
  names: readonly string[],
  file: string,
  ours: string,
  columns: ReadOptions['columns'],
  required: boolean,
): number | null {
  const theirs = chosen(columns, ours);
  if (theirs !== undefined) return indexOf(names, file, theirs, `columns.${ours}`);
  const index = names.indexOf(ours);
  if (index >= 0) return index;
  if (required) throw missingColumn(ours, names, file);
  return null;
}

function findClassScores(
  names: readonly string[],
  file: string,
  columns: ReadOptions['columns'],
  prefix: string,
): Layout['classScores'] {
  const mapped = Object.keys(columns).filter((ours) => ours.startsWith(prefix));
  if (mapped.length > 0) {
    return mapped.map((ours) => ({
      label: ours.slice(prefix.length),
      index: indexOf(names, file, chosen(columns, ours) ?? '', `columns.${ours}`),
    }));
  }
  return names.flatMap((name, index) =>
    name.startsWith(prefix) ? [{ label: name.slice(prefix.length), index }] : [],
  );
}

function indexOf(names: readonly string[], file: string, theirs: string, setting: string): number {
  const index = names.indexOf(theirs);
  if (index >= 0) return index;
  const guess = nearest(theirs, names);
  throw new ConfigError(`${file} has no column ${quoted(theirs)}, which "${setting}" names.`, {
    place: { file, line: 1 },
    expected: `one of the columns found: ${listed(names)}`,
    hint: guess
      ? `Did you mean ${quoted(guess)}?${wrongDelimiter(names)}`
      : `Correct "${setting}".${wrongDelimiter(names)}`,
  });
}

function chosen(columns: ReadOptions['columns'], ours: string): string | undefined {
  return Object.hasOwn(columns, ours) ? columns[ours] : undefined;
}

function refuseRepeated(names: readonly string[], file: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (name !== '' && seen.has(name)) {
      throw new ConfigError(`The column ${quoted(name)} occurs twice in ${file}.`, {
        place: { file, line: 1 },
        expected: 'each column once',
        hint: 'Rename one of them.',
      });
    }
    seen.add(name);
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map(quoted).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

function wrongDelimiter(names: readonly string[]): string {
  const only = names.length === 1 ? names[0] : undefined;
  return only && /[;\t|]/.test(only) ? ' The fields must be separated by commas (.csv) or tabs (.tsv).' : '';
}
