import { LAST_OF_TIE, POSITIVE, type Ranking } from '../metrics/ranking.ts';
import type { OperatingPoint } from '../metrics/statistic.ts';
import type { Evaluation } from './evaluation.ts';

/** A point of a ranking of rows that weigh the same: a draw is walked from the lowest score up, and only as far as needed. */
export function ofOperatingPoint(
  { sought, least }: OperatingPoint,
  ranking: Ranking,
  counts: Uint8Array,
): Evaluation {
  const positiveRows = ranking.order.filter((_, place) => (ranking.marks[place] as number) & POSITIVE);
  const walk = sought === 'precision' ? precisionOf : recallOf;
  const without = valuesWithout(ranking, sought === 'precision' ? precisionsWithout : recallsWithout, least);
  return {
    value: () => {
      let positives = 0;
      for (let at = 0; at < positiveRows.length; at++)
        positives += counts[positiveRows[at] as number] as number;
      let selected = 0;
      for (let row = 0; row < counts.length; row++) selected += counts[row] as number;
      return positives > 0 ? walk(counts, ranking, { positives, selected }, least) : Number.NaN;
    },
    without: (row) => without[row] as number,
  };
}

/** Rows at a threshold or above, as often as they count: the positive ones, and all. */
interface Selection {
  positives: number;
  selected: number;
}

function precisionOf(counts: Uint8Array, { order, marks }: Ranking, all: Selection, least: number): number {
  const needed = leastPositives(all.positives, least);
  let { positives, selected } = all;
  let best = 0;
  for (let place = order.length - 1; place >= 0; place--) {
    const mark = marks[place] as number;
    if (mark >= LAST_OF_TIE) {
      if (positives < needed) break;
      best = Math.max(best, positives / selected);
    }
    const count = counts[order[place] as number] as number;
    selected -= count;
    positives -= count * (mark & POSITIVE);
  }
  return best;
}

function recallOf(counts: Uint8Array, { order, marks }: Ranking, all: Selection, least: number): number {
  let { positives, selected } = all;
  for (let place = order.length - 1; place >= 0; place--) {
    const mark = marks[place] as number;
    if (mark >= LAST_OF_TIE && positives / selected >= least) return positives / all.positives;
    const count = counts[order[place] as number] as number;
    selected -= count;
    positives -= count * (mark & POSITIVE);
  }
  return Number.NaN;
}

/** The fewest of `total` positive rows that are a recall of `least`. */
function leastPositives(total: number, least: number): number {
  let needed = Math.floor(least * total);
  while (needed / total < least) needed += 1;
  return needed;
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
