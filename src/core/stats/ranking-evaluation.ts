import { LAST_OF_TIE, POSITIVE, type Ranking } from '../metrics/ranking.ts';
import type { RankingStatistic } from '../metrics/statistic.ts';
import type { Evaluation } from './evaluation.ts';
import { ofOperatingPoint } from './operating-evaluation.ts';

/** A ranking of rows that weigh the same: a draw is one walk down it, a row left out costs none. */
export function ofRanking({ ranking, measure }: RankingStatistic, counts: Uint8Array): Evaluation {
  if (measure === 'area') return ofArea(ranking, counts);
  if (measure === 'average precision') return ofAveragePrecision(ranking, counts);
  return ofOperatingPoint(measure, ranking, counts);
}

function ofArea(ranking: Ranking, counts: Uint8Array): Evaluation {
  const distinct = ranking.marks.every((mark) => mark >= LAST_OF_TIE);
  const signed = ranking.order.map((row, place) => 2 * row + ((ranking.marks[place] as number) & POSITIVE));
  const { wins, pairs, positives, negatives } = winsOf(ranking);
  return {
    value: distinct ? () => areaOfDistinct(counts, signed) : () => areaOf(counts, ranking),
    without: (row) => {
      const isPositive = wins.positive[row] === 1;
      const [m, n] = isPositive ? [positives - 1, negatives] : [positives, negatives - 1];
      return m > 0 && n > 0 ? (pairs - (wins.count[row] as number)) / m / n : Number.NaN;
    },
  };
}

/** The area of a ranking without ties, of rows from the top: twice the row, and one more for a positive one. */
function areaOfDistinct(counts: Uint8Array, signed: Uint32Array): number {
  let above = 0;
  let all = 0;
  let won = 0;
  for (let place = 0; place < signed.length; place++) {
    const row = signed[place] as number;
    const count = counts[row >>> 1] as number;
    const positives = count & -(row & 1);
    all += count;
    above += positives;
    won += (count - positives) * above;
  }
  return above > 0 && above < all ? won / above / (all - above) : Number.NaN;
}

function areaOf(counts: Uint8Array, { order, marks }: Ranking): number {
  let above = 0;
  let below = 0;
  let tied = 0;
  let tiedPositives = 0;
  let won = 0;
  for (let place = 0; place < order.length; place++) {
    const count = counts[order[place] as number] as number;
    const mark = marks[place] as number;
    tied += count;
    tiedPositives += count * (mark & POSITIVE);
    if (mark < LAST_OF_TIE) continue;
    const tiedNegatives = tied - tiedPositives;
    won += tiedNegatives * (above + tiedPositives / 2);
    above += tiedPositives;
    below += tiedNegatives;
    tied = 0;
    tiedPositives = 0;
  }
  return above > 0 && below > 0 ? won / above / below : Number.NaN;
}

/** Pairs of a positive and a negative row that stand in order, ties counting half: of each row, and of all. */
function winsOf({ order, marks }: Ranking) {
  const positive = new Uint8Array(order.length);
  const count = new Float64Array(order.length);
  for (let place = 0; place < order.length; place++)
    positive[order[place] as number] = (marks[place] as number) & POSITIVE;
  const positives = positive.reduce((sum, one) => sum + one, 0);
  const negatives = order.length - positives;
  let [above, below, pairs] = [0, 0, 0];
  for (let start = 0, end = 0; start < order.length; start = end) {
    let tied = 0;
    for (let last = false; !last; end++) {
      tied += (marks[end] as number) & POSITIVE;
      last = (marks[end] as number) >= LAST_OF_TIE;
    }
    const tiedNegatives = end - start - tied;
    const ofPositive = negatives - below - tiedNegatives / 2;
    const ofNegative = above + tied / 2;
    for (let place = start; place < end; place++) {
      const row = order[place] as number;
      count[row] = positive[row] === 1 ? ofPositive : ofNegative;
    }
    pairs += tied * ofPositive;
    above += tied;
    below += tiedNegatives;
  }
  return { wins: { positive, count }, pairs, positives, negatives };
}

function ofAveragePrecision(ranking: Ranking, counts: Uint8Array): Evaluation {
  const without = precisionsWithout(ranking);
  return {
    value: () => averagePrecisionOf(counts, ranking),
    without: (row) => without[row] as number,
  };
}

function averagePrecisionOf(counts: Uint8Array, { order, marks }: Ranking): number {
  let positives = 0;
  let selected = 0;
  let tiedPositives = 0;
  let sum = 0;
  for (let place = 0; place < order.length; place++) {
    const count = counts[order[place] as number] as number;
    const mark = marks[place] as number;
    selected += count;
    tiedPositives += count * (mark & POSITIVE);
    if (mark < LAST_OF_TIE || tiedPositives === 0) continue;
    positives += tiedPositives;
    sum += (tiedPositives * positives) / selected;
    tiedPositives = 0;
  }
  return positives > 0 ? sum / positives : Number.NaN;
}

/**
 * Average precision without each row. With p of the s rows of a tie positive, P of the S down to its end: the ties above
 * keep their p P / S, those below have p (P − δ) / (S − 1), δ = 1 for a positive row, and its own (p − δ) besides.
 */
function precisionsWithout({ order, marks }: Ranking): Float64Array {
  const ties = tiesOf(marks);
  const whole = ties.at(-1)?.positives ?? 0;
  const without = new Float64Array(order.length);
  let rest = ties.reduce((sum, { tied, positives, end }) => sum + shared(tied * positives, end - 1), 0);
  let perPositive = ties.reduce((sum, { tied, end }) => sum + shared(tied, end - 1), 0);
  let [above, start] = [0, 0];
  for (const { tied, positives, end } of ties) {
    rest -= shared(tied * positives, end - 1);
    perPositive -= shared(tied, end - 1);
    for (let place = start; place < end; place++) {
      const one = (marks[place] as number) & POSITIVE;
      const own = shared((tied - one) * (positives - one), end - 1);
      const sum = above + own + rest - one * perPositive;
      without[order[place] as number] = whole > one ? sum / (whole - one) : Number.NaN;
    }
    above += shared(tied * positives, end);
    start = end;
  }
  return without;
}

/** Ties from the top: positive rows in each, positive rows down to its end, and where it ends. */
function tiesOf(marks: Uint8Array): { tied: number; positives: number; end: number }[] {
  const ties: { tied: number; positives: number; end: number }[] = [];
  let [positives, tied] = [0, 0];
  marks.forEach((mark, place) => {
    tied += mark & POSITIVE;
    if (mark < LAST_OF_TIE) return;
    positives += tied;
    ties.push({ tied, positives, end: place + 1 });
    tied = 0;
  });
  return ties;
}

/** Nothing shared by no row is nothing. */
function shared(part: number, rows: number): number {
  return rows > 0 ? part / rows : 0;
}
