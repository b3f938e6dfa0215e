import { LAST_OF_TIE, POSITIVE, type Ranking } from '../metrics/ranking.ts';
import type { OperatingPoint } from '../metrics/statistic.ts';
import type { Evaluation } from './evaluation.ts';

/** A point of a ranking of rows that weigh the same: a draw is one walk down it, and a search among its thresholds. */
export function ofOperatingPoint(
  { sought, least }: OperatingPoint,
  ranking: Ranking,
  counts: Uint8Array,
): Evaluation {
  const { order, marks } = ranking;
  const [find, left] =
    sought === 'precision' ? [bestPrecision, precisionsWithout] : [bestRecall, recallsWithout];
  const signed = order.map((row, place) => 2 * row + ((marks[place] as number) & POSITIVE));
  const ends = Uint32Array.from(marks.keys()).filter((place) => (marks[place] as number) >= LAST_OF_TIE);
  const selections = { positives: new Int32Array(order.length), selected: new Int32Array(order.length) };
  const without = valuesWithout(ranking, left, least);
  return {
    value: () => {
      select(counts, signed, selections);
      return find(selections, ends, least);
    },
    without: (row) => without[row] as number,
  };
}

/** Rows down to each place, as often as they count: the positive ones, and all. */
interface Selections {
  positives: Int32Array;
  selected: Int32Array;
}

/** `signed`: of each place twice the row, and one more for a positive one. */
function select(counts: Uint8Array, signed: Uint32Array, { positives, selected }: Selections): void {
  let above = 0;
  let all = 0;
  for (let place = 0; place < signed.length; place++) {
    const row = signed[place] as number;
    const count = counts[row >>> 1] as number;
    all += count;
    above += count & -(row & 1);
    positives[place] = above;
    selected[place] = all;
  }
}

/** Thresholds that are looked at together: none of them is more precise than the last one's positives among the first one's rows. */
const BLOCK = 64;

function bestPrecision({ positives, selected }: Selections, ends: Uint32Array, least: number): number {
  const total = positives.at(-1) ?? 0;
  if (total === 0) return Number.NaN;
  const needed = leastPositives(total, least);
  let [best, among] = [0, 1];
  for (let first = firstWith(needed, positives, ends); first < ends.length; first += BLOCK) {
    const next = Math.min(first + BLOCK, ends.length);
    const most = positives[ends[next - 1] as number] as number;
    // Products of counts are exact.
    if (most * among <= best * (selected[ends[first] as number] as number)) continue;
    for (let at = first; at < next; at++) {
      const place = ends[at] as number;
      const [found, rows] = [positives[place] as number, selected[place] as number];
      if (found * among > best * rows) [best, among] = [found, rows];
    }
  }
  return best / among;
}

/** The highest threshold with so many positive rows. */
function firstWith(needed: number, positives: Int32Array, ends: Uint32Array): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((positives[ends[middle] as number] as number) < needed) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bestRecall({ positives, selected }: Selections, ends: Uint32Array, least: number): number {
  const total = positives.at(-1) ?? 0;
  let at = ends.length - 1;
  const precisionAt = (place: number) => (positives[place] as number) / (selected[place] as number);
  while (at >= 0 && !(precisionAt(ends[at] as number) >= least)) at -= 1;
  return total > 0 && at >= 0 ? (positives[ends[at] as number] as number) / total : Number.NaN;
}

/** The fewest of `total` positive rows that are a recall of `least`. */
function leastPositives(total: number, least: number): number {
  let needed = Math.floor(least * total);
  while (needed / total < least) needed += 1;
  return needed;
}

/** Rows at a threshold or above: the positive ones, and all. */
interface Selection {
  positives: number;
  selected: number;
}

/** Per tie from the top the value that is left when one of its rows, positive or not, is taken away. */
type WithoutOne = (ties: readonly Selection[], isPositive: 0 | 1, least: number) => Float64Array;

function valuesWithout({ order, marks }: Ranking, of: WithoutOne, least: number): Float64Array {
  const ties: Selection[] = [];
  let positives = 0;
  marks.forEach((mark, place) => {
    positives += mark & POSITIVE;
    if (mark >= LAST_OF_TIE) ties.push({ positives, selected: place + 1 });
  });
  const byClass = [of(ties, 0, least), of(ties, 1, least)];
  const without = new Float64Array(order.length);
  let tie = 0;
  marks.forEach((mark, place) => {
    without[order[place] as number] = byClass[mark & POSITIVE]?.[tie] as number;
    if (mark >= LAST_OF_TIE) tie += 1;
  });
  return without;
}

/** The row is missing from its own threshold down, and in the recall of each. */
const precisionsWithout: WithoutOne = (ties, isPositive, least) => {
  const total = (ties.at(-1)?.positives ?? 0) - isPositive;
  const best = new Float64Array(ties.length).fill(Number.NaN);
  if (total <= 0) return best;
  const needed = leastPositives(total, least);
  let below = 0;
  for (let tie = ties.length - 1; tie >= 0; tie--) {
    const { positives, selected } = ties[tie] as Selection;
    if (positives - isPositive >= needed) below = Math.max(below, (positives - isPositive) / (selected - 1));
    best[tie] = below;
  }
  let above = 0;
  ties.forEach(({ positives, selected }, tie) => {
    best[tie] = Math.max(best[tie] as number, above);
    if (positives >= needed) above = Math.max(above, positives / selected);
  });
  return best;
};

const recallsWithout: WithoutOne = (ties, isPositive, least) => {
  const total = (ties.at(-1)?.positives ?? 0) - isPositive;
  const recalls = new Float64Array(ties.length).fill(Number.NaN);
  if (total <= 0) return recalls;
  const deepest = ties.findLastIndex(
    ({ positives, selected }) => (positives - isPositive) / (selected - 1) >= least,
  );
  let above = Number.NaN;
  ties.forEach(({ positives, selected }, tie) => {
    const below = tie <= deepest ? (ties[deepest] as Selection).positives - isPositive : Number.NaN;
    recalls[tie] = (Number.isNaN(below) ? above : below) / total;
    if (positives / selected >= least) above = positives;
  });
  return recalls;
};
