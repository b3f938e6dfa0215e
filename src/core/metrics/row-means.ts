import { type Slots, valuesOf } from './division.ts';
import { Sums } from './sums.ts';
import type { RowTerm } from './types.ts';

/** Terms computed together before they are added up, slot by slot. */
const BLOCK = 4096;

/** Weight of the rows of each slot. */
export function weightSums(n: number, weights: Float64Array | null, slots: Slots): Sums {
  return termSums(n, () => 1, weights, slots);
}

/** Weighted mean of a term over the rows of each part; NaN without weight. Terms are computed once for all divisions. */
export function rowMeans(
  n: number,
  term: RowTerm,
  weights: Float64Array | null,
  slots: Slots,
  totals: Sums,
): Float64Array[] {
  const sums = termSums(n, term, weights, slots);
  return valuesOf(slots, (slot) => (totals.at(slot) > 0 ? sums.at(slot) / totals.at(slot) : Number.NaN));
}

function termSums(n: number, term: RowTerm, weights: Float64Array | null, slots: Slots): Sums {
  const sums = new Sums(slots.count);
  const terms = new Float64Array(BLOCK);
  for (let from = 0; from < n; from += BLOCK) {
    const length = Math.min(BLOCK, n - from);
    for (let i = 0; i < length; i++) terms[i] = term(from + i);
    if (weights !== null)
      for (let i = 0; i < length; i++) terms[i] = (terms[i] as number) * (weights[from + i] as number);
    slots.divisions.forEach(({ codes }, index) => {
      const offset = slots.offsets[index] as number;
      for (let i = 0; i < length; i++)
        sums.add(offset + (codes === null ? 0 : (codes[from + i] as number)), terms[i] as number);
    });
  }
  return sums;
}

/**
 * Σ over bins of |Σ w · gap| / Σ w for each part (see `prepareCalibrationError`): `bins` holds the bin of each row,
 * below `count`.
 */
export function binnedGaps(
  bins: Uint8Array,
  count: number,
  gap: RowTerm,
  weights: Float64Array | null,
  slots: Slots,
  totals: Sums,
): Float64Array[] {
  const sums = new Sums(slots.count * count);
  for (let row = 0; row < bins.length; row++) {
    const term = gap(row) * (weights === null ? 1 : (weights[row] as number));
    for (let index = 0; index < slots.divisions.length; index++) {
      const codes = slots.divisions[index]?.codes ?? null;
      const slot = (slots.offsets[index] as number) + (codes === null ? 0 : (codes[row] as number));
      sums.add(slot * count + (bins[row] as number), term);
    }
  }
  return valuesOf(slots, (slot) => {
    let sum = 0;
    for (let bin = 0; bin < count; bin++) sum += Math.abs(sums.at(slot * count + bin));
    return totals.at(slot) > 0 ? sum / totals.at(slot) : Number.NaN;
  });
}
