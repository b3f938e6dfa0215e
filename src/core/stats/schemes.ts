import type { CellStatistic, Statistic } from '../metrics/statistic.ts';
import type { Contrast } from './contrast.ts';
import { isPlain, type Population } from './population.ts';
import type { Words } from './random.ts';
import type { Scheme } from './scheme.ts';
import { combinations, tableScheme } from './table-scheme.ts';
import { unitScheme } from './unit-scheme.ts';

/** Rows of each combination of many columns, below which drawing rows is quicker than drawing combinations. */
const LEAST_ROWS = 8;

/** Contrasts by how they are drawn: those that count the same cells together, all others by rows or groups. */
export function schemesOf(
  contrasts: readonly Contrast[],
  population: Population,
  seed: Words,
): { scheme: Scheme; members: Contrast[] }[] {
  const tables: { cells: readonly CellStatistic[]; members: Contrast[] }[] = [];
  const byUnits: Contrast[] = [];
  for (const contrast of contrasts) {
    const cells = isPlain(population) ? cellsOf(contrast) : null;
    const known = cells && tables.find((table) => areSame(table.cells, cells));
    if (known) known.members.push(contrast);
    else if (cells === null || !areFew(cells)) byUnits.push(contrast);
    else tables.push({ cells, members: [contrast] });
  }
  const schemes = tables.map(({ cells, members }) => ({ scheme: tableScheme(cells, seed), members }));
  return byUnits.length === 0
    ? schemes
    : [...schemes, { scheme: unitScheme(population, seed), members: byUnits }];
}

/** Columns of cells that are all a contrast looks at, the candidate's first; `null` where it looks at more. */
function cellsOf({ candidate, baseline }: Contrast): readonly CellStatistic[] | null {
  const found = (baseline === null ? [candidate] : [candidate, baseline]).flatMap(({ statistic }) =>
    columnsOf(statistic()),
  );
  const cells = found.filter((column) => column !== null);
  return cells.length === found.length ? cells : null;
}

/** Two columns are always drawn as counts; those of many seeds where they fall into few combinations. */
function areFew(cells: readonly CellStatistic[]): boolean {
  if (cells.length <= 2) return true;
  const { codes, count } = combinations(cells);
  return count * LEAST_ROWS <= codes.length;
}

function columnsOf(statistic: Statistic | null): (CellStatistic | null)[] {
  if (statistic?.kind === 'seeds') return statistic.seeds.flatMap((seed) => columnsOf(seed.statistic()));
  return [statistic?.kind === 'cells' ? statistic : null];
}

function areSame(a: readonly CellStatistic[], b: readonly CellStatistic[]): boolean {
  return a.length === b.length && a.every(({ codes }, column) => codes === b[column]?.codes);
}
