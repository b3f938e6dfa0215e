import { type Slots, valuesOf } from './division.ts';
import type { Sorted } from './order.ts';

/** A metric of a ranking, built up tie by tie from the highest score down. */
export interface RankedMetric {
  /** Weights above a tie of equal scores that has positive rows, and in it: others change no metric. */
  add(slot: number, positives: number, negatives: number, tiedPositives: number, tiedNegatives: number): void;
  /** From the weights of all rows of the slot. */
  value(slot: number, positives: number, negatives: number): number;
}

/** Makes a metric for so many slots; `positives` is only there where it `needsTotals`. */
export interface RankedStart {
  start: (slots: number, positives: Float64Array) => RankedMetric;
  needsTotals: boolean;
}

export interface Ranked {
  sorted: Sorted;
  positive: Uint8Array;
  weights: Float64Array | null;
}

/** Values of several metrics of one ranking for each part of some divisions, in one walk. O(rows · divisions). */
export function rankedValues(
  ranked: Ranked,
  slots: Slots,
  metrics: readonly RankedStart[],
): Float64Array[][] {
  const totals = metrics.some(({ needsTotals }) => needsTotals)
    ? walk(ranked, slots, []).positives
    : new Float64Array(0);
  const started = metrics.map(({ start }) => start(slots.count, totals));
  const { positives, negatives } = walk(ranked, slots, started);
  return started.map((metric) =>
    valuesOf(slots, (slot) => metric.value(slot, positives[slot] as number, negatives[slot] as number)),
  );
}

/** Places gone down together: small arrays in reach are several times faster than columns of all rows. */
const BLOCK = 4096;

/** Goes down the ranking; returns the weights of all rows of each slot, added up in that order. */
function walk(
  ranked: Ranked,
  { divisions, offsets, count }: Slots,
  metrics: readonly RankedMetric[],
): { positives: Float64Array; negatives: Float64Array } {
  const descent = new Descent(count, metrics);
  const block: Block = {
    rows: new Uint32Array(BLOCK),
    ties: new Uint32Array(BLOCK),
    positives: new Float64Array(BLOCK),
    negatives: new Float64Array(BLOCK),
    slots: new Uint32Array(BLOCK),
  };
  let tie = 1;
  for (let top = ranked.positive.length; top > 0; top -= BLOCK) {
    const length = Math.min(BLOCK, top);
    tie = fillBlock(ranked, block, top, length, tie);
    for (let index = 0; index < divisions.length; index++) {
      const codes = divisions[index]?.codes ?? null;
      const offset = offsets[index] as number;
      for (let i = 0; i < length; i++)
        block.slots[i] = offset + (codes === null ? 0 : (codes[block.rows[i] as number] as number));
      descent.take(block, length);
    }
  }
  for (let slot = 0; slot < count; slot++) descent.close(slot);
  return descent;
}

/** Rows from one place downwards, with the number of the tie each is in and its weight by class. */
interface Block {
  rows: Uint32Array;
  ties: Uint32Array;
  positives: Float64Array;
  negatives: Float64Array;
  slots: Uint32Array;
}

/** Fills a block with the rows below `top`; returns the number of the tie that the next row is in. */
function fillBlock(
  { sorted: { order, first }, positive, weights }: Ranked,
  block: Block,
  top: number,
  length: number,
  tie: number,
): number {
  let next = tie;
  for (let i = 0; i < length; i++) {
    const place = top - 1 - i;
    const row = order[place] as number;
    const weight = weights === null ? 1 : (weights[row] as number);
    const isPositive = positive[row] as number;
    block.rows[i] = row;
    block.ties[i] = next;
    block.positives[i] = weight * isPositive;
    block.negatives[i] = weight * (1 - isPositive);
    next += first[place] as number;
  }
  return next;
}

/** Where each slot stands: weights above its latest tie and in it. */
class Descent {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
  private readonly tiedPositives: Float64Array;
  private readonly tiedNegatives: Float64Array;
  /** The latest tie of a slot, counted from 1. */
  private readonly ties: Uint32Array;
  private readonly metrics: readonly RankedMetric[];

  constructor(slots: number, metrics: readonly RankedMetric[]) {
    this.positives = new Float64Array(slots);
    this.negatives = new Float64Array(slots);
    this.tiedPositives = new Float64Array(slots);
    this.tiedNegatives = new Float64Array(slots);
    this.ties = new Uint32Array(slots);
    this.metrics = metrics;
  }

  take(block: Block, length: number): void {
    const { ties, tiedPositives, tiedNegatives } = this;
    for (let i = 0; i < length; i++) {
      const slot = block.slots[i] as number;
      const tie = block.ties[i] as number;
      if (ties[slot] !== tie) {
        this.close(slot);
        ties[slot] = tie;
      }
      tiedPositives[slot] = (tiedPositives[slot] as number) + (block.positives[i] as number);
      tiedNegatives[slot] = (tiedNegatives[slot] as number) + (block.negatives[i] as number);
    }
  }

  /** The latest tie of a slot is complete. */
  close(slot: number): void {
    const negatives = this.negatives[slot] as number;
    const tiedPositives = this.tiedPositives[slot] as number;
    const tiedNegatives = this.tiedNegatives[slot] as number;
    this.negatives[slot] = negatives + tiedNegatives;
    this.tiedNegatives[slot] = 0;
    if (tiedPositives === 0) return;
    const positives = this.positives[slot] as number;
    for (let i = 0; i < this.metrics.length; i++)
      this.metrics[i]?.add(slot, positives, negatives, tiedPositives, tiedNegatives);
    this.positives[slot] = positives + tiedPositives;
    this.tiedPositives[slot] = 0;
  }
}
