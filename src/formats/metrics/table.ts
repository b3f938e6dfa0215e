import { ConfigError } from '../../core/errors.ts';
import type { Direction } from '../../core/metrics/types.ts';
import { scanDelimited } from '../delimited.ts';
import { STEP_COLUMNS } from './tree.ts';
import { type FileMetric, plainMetric, textValue } from './value.ts';

interface Row {
  cells: readonly string[];
  line: number;
}

/**
 * Metrics of a CSV or TSV: columns `metric` (or `name`) and `value`, optionally `stderr`, `direction`, `slice`, `class`, give
 * one metric a row; a column `step`, `epoch` or `iteration` makes it a log of which the last row counts as it
 * stands, empty cells are missing; else there must be one row. Cells that are no number are skipped.
 */
export function tableMetrics(text: string, file: string, delimiter: ',' | '\t'): FileMetric[] {
  const rows: Row[] = [];
  scanDelimited(text, file, delimiter, (fields, line) => {
    rows.push({ cells: [...fields], line });
    refuseWidth(rows, file);
  });
  const [head, ...data] = rows;
  const names = head?.cells.map((name) => name.trim()) ?? [];
  const last = data.at(-1);
  if (!last)
    throw new ConfigError(`${file} has a header and no rows.`, {
      place: { file, line: 1 },
      expected: 'at least one row',
    });
  const nameColumn = names.findIndex((name) => /^(?:metric|name)$/i.test(name));
  const valueColumn = names.findIndex((name) => /^value$/i.test(name));
  if (nameColumn >= 0 && valueColumn >= 0)
    return data.flatMap((row) => namedRow(names, row, nameColumn, valueColumn, file));
  const steps = names.some(isStep);
  if (data.length > 1 && !steps) {
    throw new ConfigError(`${file} has ${data.length} rows and nothing to tell which of them counts.`, {
      place: { file, line: last.line },
      expected: 'one row, a column "step", "epoch" or "iteration", or the columns "metric" and "value"',
    });
  }
  return names.flatMap((name, index) => {
    const value = isStep(name) || name === '' ? null : textValue(last.cells[index] ?? '');
    return value ? [plainMetric(name, value, last.line)] : [];
  });
}

function isStep(name: string): boolean {
  return STEP_COLUMNS.includes(name.toLowerCase());
}

function namedRow(
  names: readonly string[],
  { cells, line }: Row,
  nameColumn: number,
  valueColumn: number,
  file: string,
): FileMetric[] {
  const cell = (column: string) => cells[names.indexOf(column)]?.trim() || null;
  const name = cells[nameColumn]?.trim() ?? '';
  if (name === '')
    throw new ConfigError(`A metric of ${file} has no name.`, {
      place: { file, line },
      expected: 'a name in every row',
    });
  const value = textValue(cells[valueColumn] ?? '');
  if (!value) return [];
  return [
    {
      ...plainMetric(name, value, line),
      ...uncertaintyCell(cell('stderr'), name, file, line),
      direction: directionCell(cell('direction'), file, line),
      slice: cell('slice'),
      class: cell('class'),
    },
  ];
}

/** A standard error; an empty cell says nothing, what is no finite number is one that is not known. */
function uncertaintyCell(
  text: string | null,
  name: string,
  file: string,
  line: number,
): Pick<FileMetric, 'uncertainty'> {
  if (text === null) return {};
  const error = textValue(text);
  if (error === null || (error.value !== null && error.value < 0)) {
    throw new ConfigError(
      `The standard error of ${JSON.stringify(name)} in ${file} is ${JSON.stringify(text)}.`,
      {
        place: { file, line },
        expected: 'a number, at least 0, or an empty cell',
      },
    );
  }
  return { uncertainty: { kind: 'stderr', stderr: error.value } };
}

function directionCell(text: string | null, file: string, line: number): Direction | null {
  if (text === null || text === 'higher' || text === 'lower') return text;
  throw new ConfigError(`The direction ${JSON.stringify(text)} in ${file} is not known.`, {
    place: { file, line },
    expected: '"higher", "lower" or an empty cell',
  });
}

function refuseWidth(rows: readonly Row[], file: string): void {
  const row = rows.at(-1);
  const expected = rows[0]?.cells.length;
  if (!row || row.cells.length === expected) return;
  throw new ConfigError(`Row ${rows.length - 1} of ${file} has ${row.cells.length} fields.`, {
    place: { file, line: row.line },
    expected: `${expected}, as the header has`,
    hint: 'Quote fields that hold the delimiter.',
  });
}
