import type { CellStatistic } from '../metrics/statistic.ts';
import type { Contrast } from './contrast.ts';
import { isPlain, type Population } from './population.ts';
import type { Words } from './random.ts';
import type { Scheme } from './scheme.ts';
import { tableScheme } from './table-scheme.ts';
import { unitScheme } from './unit-scheme.ts';

/** The cells that are all a contrast looks at; `theirs` is `null` without a baseline. */
interface Cells {
  ours: CellStatistic;
  theirs: CellStatistic | null;
}

/** Contrasts by how they are drawn: those that count the same cells together, all others by rows or groups. */
export function schemesOf(
  contrasts: readonly Contrast[],
  population: Population,
  seed: Words,
): { scheme: Scheme; members: Contrast[] }[] {
  const tables: { cells: Cells; members: Contrast[] }[] = [];
  const byUnits: Contrast[] = [];
  for (const contrast of contrasts) {
    const cells = isPlain(population) ? cellsOf(contrast) : null;
    const known = cells && tables.find((table) => areSame(table.cells, cells));
    if (cells === null) byUnits.push(contrast);
    else if (known) known.members.push(contrast);
    else tables.push({ cells, members: [contrast] });
  }
  const schemes = tables.map(({ cells: { ours, theirs }, members }) => ({
    scheme: tableScheme(ours, theirs, seed),
    members,
  }));
  return byUnits.length === 0
    ? schemes
    : [...schemes, { scheme: unitScheme(population, seed), members: byUnits }];
}

function cellsOf({ candidate, baseline }: Contrast): Cells | null {
  const ours = candidate.statistic();
  if (ours?.kind !== 'cells') return null;
  if (baseline === null) return { ours, theirs: null };
  const theirs = baseline.statistic();
  return theirs?.kind === 'cells' ? { ours, theirs } : null;
}

function areSame(a: Cells, b: Cells): boolean {
  return a.ours.codes === b.ours.codes && a.theirs?.codes === b.theirs?.codes;
}
