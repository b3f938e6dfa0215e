import type { PreparedMetric } from '../metrics/prepare.ts';
import type { DictionaryColumn } from '../metrics/types.ts';
import { type Jackknife, jackknifeOf } from './bca.ts';
import type { Contrast } from './contrast.ts';
import { normalCdf } from './normal.ts';
import { populationOf } from './population.ts';
import { parseSeed } from './random.ts';
import { type Resampled, summarise } from './resampled.ts';
import type { Scheme } from './scheme.ts';
import { schemesOf } from './schemes.ts';
import { type SeedSpread, seedSpread } from './seed-spread.ts';
import { studentQuantile } from './student.ts';
import { tidy } from './tidy.ts';

export interface ResampleRequest {
  /** Of each row, above 0: rows that shall not count are left out of the tables behind the metrics. */
  weights: Float64Array;
  contrasts: readonly Contrast[];
  /** 32 hex digits, see `seedFrom`. */
  seed: string;
  /** Rows that belong together: whole groups are drawn (cluster bootstrap). */
  group?: DictionaryColumn | null;
}

/** How often rows are drawn: at first, and where that is not enough. */
const DRAWS = [1_999, 9_999, 99_999] as const;
/** Rows drawn in all that more draws may come to: half a minute for one metric. */
const MOST_WORK = 5e9;
/** Draws beyond either end: 100 make α itself known to a tenth. */
const TAIL = 100;
/** Monte-Carlo standard errors between an end and a line that tell them apart. */
const NEAR = 3;

/**
 * Paired bootstrap (Efron 1979): of the rows, or of their groups, as many as there are, are drawn with replacement, both
 * models and all contrasts on the same draws. Metrics that only count cells of rows that weigh the same share a
 * multinomial draw of those cells instead.
 *
 * The number of draws is 1,999; 9,999; then 99,999 while fewer than 100 are expected beyond an end (B + 1 < 100 / α), an
 * end lies within three Monte-Carlo standard errors of the line, or the line is missed and 1 / (B + 1) above `least`;
 * where draws are of rows, no more than 5·10⁹ rows in all. The first draws are the same whatever their number, the
 * contrasts beside and their order. Memory O(n + draws).
 * Throws a RangeError for weights, groups, levels or a seed that are not as asked.
 */
export function resample(request: ResampleRequest): Resampled[] {
  checkRequest(request);
  const { weights, contrasts, seed, group = null } = request;
  const results = new Map<Contrast, Resampled>();
  for (const { scheme, members } of schemesOf(contrasts, populationOf(weights, group), parseSeed(seed)))
    for (const [contrast, found] of resampleBy(scheme, members)) results.set(contrast, found);
  return contrasts.map((contrast) => results.get(contrast) as Resampled);
}

function checkRequest({ weights, contrasts, group }: ResampleRequest): void {
  if (group && group.codes.length !== weights.length)
    throw new RangeError(`There are ${weights.length} weights and ${group.codes.length} groups.`);
  if (!weights.every((weight) => weight > 0 && weight < Number.POSITIVE_INFINITY))
    throw new RangeError('Weights are finite and above 0.');
  for (const { alpha, least } of contrasts) {
    if (!(alpha > 0 && alpha < 0.5)) throw new RangeError(`Alpha lies between 0 and 0.5, not at ${alpha}.`);
    if (!(least > 0)) throw new RangeError(`The least level is above 0, not ${least}.`);
  }
}

/** How many draws are made at first and where that is not enough, each of them going through `work` rows or cells. */
export function drawLadder(work: number): number[] {
  return DRAWS.filter((draws, step) => step === 0 || draws * work <= MOST_WORK);
}

/** A contrast on its way: its value on all rows and on the draws so far. */
interface Member {
  of: Contrast;
  estimate: number;
  draws: Float64Array;
  /** Made once, and only where it is wanted. */
  jackknife: () => Jackknife;
  seeds: () => readonly SeedSpread[];
}

function resampleBy(scheme: Scheme, contrasts: readonly Contrast[]): [Contrast, Resampled][] {
  scheme.whole();
  const members = contrasts.map((of): Member => {
    const estimate = valueReader(of, scheme)();
    const seeds = once(() => seedSpreads(of, estimate, scheme));
    return { of, estimate, draws: new Float64Array(), jackknife: once(() => jackknifed(of, scheme)), seeds };
  });
  const results: [Contrast, Resampled][] = [];
  let active = members;
  const ladder = drawLadder(scheme.work);
  for (const draws of ladder) {
    drawUpTo(draws, scheme, active);
    const wanting: Member[] = [];
    for (const member of active) {
      const found = summariseMember(member);
      if (draws === ladder.at(-1) || isEnough(found, member.of)) results.push([member.of, found]);
      else wanting.push(member);
    }
    active = wanting;
  }
  return results;
}

function summariseMember({ of, estimate, draws, jackknife, seeds }: Member): Resampled {
  return summarise(estimate, draws, of.method, jackknife, seeds);
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Reads a contrast of what the scheme holds; NaN where it has no value. */
function valueReader({ candidate, baseline, contrast }: Contrast, scheme: Scheme): () => number {
  const ours = scheme.reader(candidate);
  const theirs = baseline ? scheme.reader(baseline) : null;
  return () => contrastOf(contrast, ours(), theirs ? theirs() : null);
}

function contrastOf(contrast: Contrast['contrast'], c: number, b: number | null): number {
  return Number.isNaN(c) || Number.isNaN(b) ? Number.NaN : tidy(contrast(c, b ?? Number.NaN));
}

function jackknifed(contrast: Contrast, scheme: Scheme): Jackknife {
  const { candidate, baseline } = contrast;
  const { count, times, leave } = scheme.parts(baseline ? [candidate, baseline] : [candidate]);
  const read = valueReader(contrast, scheme);
  const values = new Float64Array(count);
  for (let part = 0; part < count; part++) {
    leave(part);
    values[part] = read();
  }
  return jackknifeOf(values, times);
}

/** What the seeds of each side add, on all rows. */
function seedSpreads(contrast: Contrast, estimate: number, scheme: Scheme): SeedSpread[] {
  const { candidate, baseline } = contrast;
  const read = valueReader(contrast, scheme);
  return (baseline ? [candidate, baseline] : [candidate]).flatMap((metric) => {
    const parts = scheme.seeds(metric);
    if (parts === null) return [];
    scheme.whole();
    const leftOut = Array.from({ length: parts.count }, (_, seed) => {
      parts.leave(seed);
      return read();
    });
    return [seedSpread(estimate, leftOut)];
  });
}

/** Adds draws up to this many; every metric is computed once a draw, however many contrasts use it. */
function drawUpTo(count: number, scheme: Scheme, active: readonly Member[]): void {
  const drawable = active.filter(({ estimate }) => Number.isFinite(estimate));
  const from = drawable[0]?.draws.length ?? count;
  const slots = new Map<PreparedMetric, number>();
  const slotOf = (metric: PreparedMetric) => {
    const slot = slots.get(metric) ?? slots.size;
    slots.set(metric, slot);
    return slot;
  };
  const drawn = drawable.map((member) => {
    const { candidate, baseline, contrast } = member.of;
    const draws = new Float64Array(count);
    draws.set(member.draws);
    member.draws = draws;
    return { contrast, draws, c: slotOf(candidate), b: baseline ? slotOf(baseline) : -1 };
  });
  const readers = [...slots.keys()].map((metric) => scheme.reader(metric));
  const values = new Float64Array(readers.length);
  for (let index = from; index < count; index++) {
    scheme.draw(index);
    for (let slot = 0; slot < readers.length; slot++) values[slot] = readers[slot]?.() as number;
    for (const { contrast, draws, c, b } of drawn)
      draws[index] = contrastOf(contrast, values[c] as number, b < 0 ? null : (values[b] as number));
  }
}

/** Whether more draws would change nothing that is asked (see `resample`). */
function isEnough(found: Resampled, { line, alpha, least }: Contrast): boolean {
  const { draws } = found;
  const [ends, errors] = [found.interval(alpha), found.monteCarloErrors(alpha)];
  if (ends === null || errors === null) return true;
  if (found.standardError === 0) return true;
  if (draws + 1 < TAIL / normalCdf(studentQuantile(alpha, found.freedom))) return false;
  if (line === null) return true;
  const { side, bound } = line;
  const near = ends.some((end, i) => Math.abs(end - bound) < NEAR * (errors[i] as number));
  const missed = side === 'at-least' ? ends[1] < bound : ends[0] > bound;
  return !near && (!missed || 1 / (draws + 1) <= least);
}
