import type { RankedMetric } from './ranked-sums.ts';
import { Sums } from './sums.ts';

/** Area under the ROC curve (see `prepareRocAuc`), from the pairs that are in the wrong order. */
export class Area implements RankedMetric {
  private readonly wrong: Sums;

  constructor(slots: number) {
    this.wrong = new Sums(slots);
  }

  add(
    slot: number,
    _positives: number,
    negatives: number,
    tiedPositives: number,
    tiedNegatives: number,
  ): void {
    this.wrong.add(slot, tiedPositives * (negatives + tiedNegatives / 2));
  }

  value(slot: number, positives: number, negatives: number): number {
    const right = positives * negatives - this.wrong.at(slot);
    return positives > 0 && negatives > 0 ? right / positives / negatives : Number.NaN;
  }
}

/** Average precision (see `prepareAveragePrecision`). */
export class AveragePrecision implements RankedMetric {
  private readonly sum: Sums;

  constructor(slots: number) {
    this.sum = new Sums(slots);
  }

  add(
    slot: number,
    positives: number,
    negatives: number,
    tiedPositives: number,
    tiedNegatives: number,
  ): void {
    const selected = positives + tiedPositives;
    this.sum.add(slot, (tiedPositives * selected) / (selected + negatives + tiedNegatives));
  }

  value(slot: number, positives: number): number {
    return positives > 0 ? this.sum.at(slot) / positives : Number.NaN;
  }
}

/** Highest precision of any threshold with a least recall (see `preparePrecisionAtRecall`). */
export class PrecisionAtRecall implements RankedMetric {
  private readonly best: Float64Array;
  private readonly totals: Float64Array;
  private readonly least: number;

  /** `totals`: weight of all positive rows of each slot, added up in the order of the walk. */
  constructor(slots: number, totals: Float64Array, least: number) {
    this.best = new Float64Array(slots).fill(Number.NaN);
    this.totals = totals;
    this.least = least;
  }

  add(
    slot: number,
    positives: number,
    negatives: number,
    tiedPositives: number,
    tiedNegatives: number,
  ): void {
    const selected = positives + tiedPositives;
    const precision = selected / (selected + negatives + tiedNegatives);
    if (selected / (this.totals[slot] as number) >= this.least && !(precision <= (this.best[slot] as number)))
      this.best[slot] = precision;
  }

  value(slot: number): number {
    return this.best[slot] as number;
  }
}

/** Highest recall of any threshold with a least precision (see `prepareRecallAtPrecision`). */
export class RecallAtPrecision implements RankedMetric {
  private readonly best: Float64Array;
  private readonly least: number;

  constructor(slots: number, least: number) {
    this.best = new Float64Array(slots).fill(Number.NaN);
    this.least = least;
  }

  add(
    slot: number,
    positives: number,
    negatives: number,
    tiedPositives: number,
    tiedNegatives: number,
  ): void {
    const selected = positives + tiedPositives;
    if (selected / (selected + negatives + tiedNegatives) >= this.least) this.best[slot] = selected;
  }

  value(slot: number, positives: number): number {
    return positives > 0 ? (this.best[slot] as number) / positives : Number.NaN;
  }
}

/** Weight of the positive rows. */
export class PositiveWeight implements RankedMetric {
  add(): void {}

  value(_slot: number, positives: number): number {
    return positives;
  }
}
