import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMetricName } from '../../../src/core/metrics/names.ts';
import { type PreparedMetric, prepareMetric } from '../../../src/core/metrics/prepare.ts';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import type { Contrast, Line } from '../../../src/core/stats/contrast.ts';
import { quantile } from '../../../src/core/stats/quantile.ts';
import { drawLadder, type ResampleRequest, resample } from '../../../src/core/stats/resample.ts';
import type { Resampled } from '../../../src/core/stats/resampled.ts';
import { seedFrom } from '../../../src/core/stats/seed.ts';
import { binaryTable, dictionary, regressionTable } from '../metrics/tables.ts';

const seed = seedFrom(['bootstrap tests']);
const N = 300;
const ones = (n: number) => new Float64Array(n).fill(1);
const difference = (c: number, b: number) => c - b;

/** Deterministic noise in [0, 1): the golden-ratio sequence. */
const noise = (i: number) => (i * 0.6180339887498949 + 0.1) % 1;

/** Two classes, in which `half` names the first and the last rows, and `kind` every fifth row. */
function model(n: number, accuracy: number, offset: number, weight?: readonly number[]): PredictionTable {
  const rows = Array.from({ length: n }, (_, i) => i);
  const labels = rows.map((i) => (i % 3 === 0 ? '1' : '0'));
  const right = rows.map((i) => noise(i * 3 + offset) < accuracy);
  const predictions = labels.map((label, i) => (right[i] === true ? label : label === '1' ? '0' : '1'));
  const score = predictions.map((label, i) => (label === '1' ? 0.45 : 0.05) + noise(i * 7 + offset) / 2);
  const slices = { half: rows.map((i) => (i < n / 2 ? 'a' : 'b')), kind: rows.map((i) => `k${i % 5}`) };
  return binaryTable(labels, predictions, { score, slices, ...(weight && { weight }) });
}

function contrast(
  name: string,
  candidate: PredictionTable,
  baseline: PredictionTable | null,
  rest: Partial<Contrast> = {},
): Contrast {
  const identity = parseMetricName(name).identity;
  return {
    candidate: prepareMetric(identity, candidate, null),
    baseline: baseline && prepareMetric(identity, baseline, null),
    contrast: baseline ? difference : (c) => c,
    method: 'bca',
    line: null,
    alpha: 0.05,
    least: 1,
    ...rest,
  };
}

function resampled(contrasts: Contrast[], rest: Partial<ResampleRequest> = {}): Resampled[] {
  return resample({ weights: ones(N), contrasts, seed, ...rest });
}

/** Absolute errors between 0 and 1 of labels that differ. */
const ERRORS = regressionTable(
  Array.from({ length: N }, (_, i) => i % 17),
  Array.from({ length: N }, (_, i) => (i % 17) + noise(i) ** 2),
);

/** All that can be compared of a result. */
function shown(found: Resampled | undefined) {
  const { interval, monteCarloErrors, chanceBelow, chanceAbove, ...plain } = found as Resampled;
  return [plain, interval(0.05), monteCarloErrors(0.05), chanceBelow(0.01), chanceAbove(0.01)];
}

const METRICS = ['accuracy', 'f1', 'log_loss', 'brier', 'roc_auc', 'average_precision'];
const [candidate, baseline] = [model(N, 0.9, 0), model(N, 0.8, 500)];
const weights = Float64Array.from({ length: N }, (_, i) => 1 + (i % 4));
const group = dictionary(Array.from({ length: N }, (_, i) => `g${Math.floor(i / 6)}`));

/** The same metric with nothing known of it, so that every draw is a pass over all rows. */
function opaque({ evaluate }: PreparedMetric): PreparedMetric {
  return { evaluate, statistic: () => null };
}

/** The values that the contrast took, in order: on all rows, on the draws, then with parts left out. */
function watched(
  asked: Contrast,
  rest: Partial<ResampleRequest> = {},
): { found: Resampled; values: number[] } {
  const values: number[] = [];
  const contrast: Contrast['contrast'] = (c, b) => {
    const value = asked.contrast(c, b);
    values.push(value);
    return value;
  };
  const [found] = resampled([{ ...asked, contrast }], rest);
  return { found: found as Resampled, values };
}

describe('an interval by resamples', () => {
  const contrasts = METRICS.map((name) => contrast(name, candidate, baseline));
  const results = resampled(contrasts);

  test.each(METRICS)('lies around the value: %s', (name) => {
    const found = results[METRICS.indexOf(name)] as Resampled;
    expect([found.reason, found.fallback, found.method, found.draws]).toEqual([null, null, 'bca', 1999]);
    const plain = (table: PredictionTable) =>
      prepareMetric(parseMetricName(name).identity, table, null).evaluate(ones(N)).value as number;
    expect(found.estimate).toBeCloseTo(plain(candidate) - plain(baseline), 11);
    const [lower, upper] = found.interval(0.05) as [number, number];
    expect(lower).toBeLessThan(found.estimate as number);
    expect(upper).toBeGreaterThan(found.estimate as number);
  });

  test('does not depend on the order of contrasts or on which others there are', () => {
    const order = fc.shuffledSubarray([...METRICS.keys()], { minLength: 1 });
    fc.assert(
      fc.property(order, (chosen) => {
        const some = resampled(chosen.map((i) => contrasts[i] as Contrast));
        expect(some.map(shown)).toEqual(chosen.map((i) => shown(results[i])));
      }),
      { numRuns: 5 },
    );
  });

  test('is another for another seed', () => {
    const others = resampled(contrasts, { seed: seedFrom(['other']) });
    others.forEach((found, i) => {
      expect(found.standardError).not.toBe(results[i]?.standardError);
    });
  });

  test('of a model against itself has no width, and says why it is not BCa', () => {
    const [found] = resampled([contrast('f1', candidate, candidate)]);
    expect(found).toMatchObject({ estimate: 0, standardError: 0, effective: null, method: 'percentile' });
    expect(found?.interval(0.05)).toEqual([0, 0]);
    expect(found?.fallback).toMatch(/leaving rows out/);
  });

  test('falls back to percentiles where no draw is below the value', () => {
    const best = model(N, 1, 0);
    const [found] = resampled([contrast('f1', best, null, { contrast: (c) => Math.round(c * 3) / 3 })]);
    expect(found).toMatchObject({ estimate: 1, method: 'percentile', bias: 0, acceleration: 0 });
    const [above] = resampled(
      [
        contrast('mae', regressionTable([0, 1, 2, 3], [9, 1, 2, 3]), null, {
          contrast: (c) => Math.max(c, 2.25),
        }),
      ],
      { weights: ones(4) },
    );
    expect(above?.method).toBe('bca');
    const [one] = resampled([contrast('mae', regressionTable([0, 1], [0, 1]), null)], { weights: ones(2) });
    expect(one).toMatchObject({ estimate: 0, method: 'percentile' });
  });

  test('by percentiles has no correction', () => {
    const { found, values } = watched(
      contrast('median_absolute_error', ERRORS, null, { method: 'percentile' }),
    );
    const draws = Float64Array.from(values.slice(1, 2000)).sort();
    expect(found).toMatchObject({ method: 'percentile', fallback: null, bias: 0, acceleration: 0 });
    expect(found.interval(0.05)?.[0]).toBeCloseTo(quantile(draws, 0.05), 11);
    expect(found.interval(0.05)?.[1]).toBeCloseTo(quantile(draws, 0.95), 11);
    expect(values).toHaveLength(2000);
  });
});

describe('what is known of a metric saves work and changes nothing', () => {
  const POINTS = ['precision_at_recall', 'recall_at_precision'].flatMap((name) =>
    [0.3, 0.5, 0.95, 1].map((least) => `${name}@${least}`),
  );
  const CURVES = ['roc_auc', 'average_precision', ...POINTS];
  const PLAIN = ['log_loss', 'brier', ...CURVES].map((name) => [name, 'rows'] as const);
  const UNEVEN = ['accuracy', 'f1', 'log_loss', 'roc_auc'].flatMap((name) =>
    (['weights', 'groups', 'weights and groups'] as const).map((kind) => [name, kind] as const),
  );
  const TIED = CURVES.map((name) => [name, 'tied scores'] as const);
  const REVERSED = CURVES.map((name) => [name, 'reversed scores'] as const);
  const NUMBERS = ['mae', 'rmse', 'r2'].map((name) => [name, 'numbers'] as const);
  const requests: Record<string, Partial<ResampleRequest>> = {
    weights: { weights },
    groups: { group },
    'weights and groups': { weights, group },
  };
  const asked = (name: string, kind: string): Contrast => {
    if (kind === 'numbers') return contrast(name, ERRORS, null);
    if (kind === 'tied scores') return contrast(name, tied(candidate), tied(baseline));
    if (kind === 'reversed scores') return contrast(name, reversed(candidate), reversed(baseline));
    return contrast(name, candidate, baseline);
  };
  const tied = (table: PredictionTable): PredictionTable => ({
    ...table,
    score: table.score?.map((score) => Math.round(score * 8) / 8) ?? null,
  });

  const reversed = (table: PredictionTable): PredictionTable => ({
    ...table,
    score: table.score?.map((score) => 1 - score) ?? null,
  });

  test.each([...PLAIN, ...UNEVEN, ...TIED, ...REVERSED, ...NUMBERS])('%s with %s', (name, kind) => {
    const [known, rest] = [asked(name, kind), requests[kind] ?? {}];
    const blind: Contrast = {
      ...known,
      candidate: opaque(known.candidate),
      baseline: known.baseline && opaque(known.baseline),
    };
    const [fast, slow] = [watched(known, rest), watched(blind, rest)];
    expect(fast.values).toHaveLength(slow.values.length);
    fast.values.forEach((value, at) => {
      expect(Math.abs(value - (slow.values[at] as number))).toBeLessThan(1e-11);
    });
    expect(fast.found.acceleration).toBeCloseTo(slow.found.acceleration, 6);
  });

  test.each(['accuracy', 'f1', 'matthews_corrcoef'])('%s of cells spreads as of rows', (name) => {
    const known = contrast(name, candidate, baseline, { alpha: 0.01 });
    const blind = {
      ...known,
      candidate: opaque(known.candidate),
      baseline: opaque(known.baseline as PreparedMetric),
    };
    const [cells, rows] = [resampled([known])[0] as Resampled, resampled([blind])[0] as Resampled];
    expect(cells.draws).toBe(9999);
    // The standard deviation of 9,999 draws is known to 0.7 %.
    expect((cells.standardError as number) / (rows.standardError as number)).toBeCloseTo(1, 1.5);
    expect(cells.acceleration).toBeCloseTo(rows.acceleration, 10);
    expect(cells.bias).toBeCloseTo(rows.bias, 1);
    const error = rows.standardError as number; // accuracy moves in steps of 1 / N
    for (const side of [0, 1] as const)
      expect(
        Math.abs((cells.interval(0.05)?.[side] as number) - (rows.interval(0.05)?.[side] as number)),
      ).toBeLessThan(0.1 * error + 1 / N);
  });

  test('many rows are left out in 400 parts, which keeps the acceleration', () => {
    const n = 4000;
    const skew = regressionTable(
      new Array(n).fill(0),
      Array.from({ length: n }, (_, i) => -Math.log(1 - noise(i))),
    );
    const known = contrast('mae', skew, null);
    const [exact, parts] = resampled([known, { ...known, candidate: opaque(known.candidate) }], {
      weights: ones(n),
    });
    // Skewness 2 of an exponential: 2 / 6 √n.
    expect(exact?.acceleration).toBeCloseTo(2 / 6 / Math.sqrt(n), 3);
    expect(Math.abs((parts?.acceleration as number) - (exact?.acceleration as number))).toBeLessThan(0.004);
  });
});

describe('groups', () => {
  test.each(METRICS)('of one row each are rows: %s', (name) => {
    const single = dictionary(Array.from({ length: N }, (_, i) => `g${i}`));
    const asked = contrast(name, candidate, baseline);
    expect(shown(resampled([asked], { group: single })[0])).toEqual(shown(resampled([asked])[0]));
  });

  test('whose rows are alike make the interval wider, by the square root of their size', () => {
    const errors = Array.from({ length: 1600 }, (_, i) => noise(Math.floor(i / 16)));
    const clustered = regressionTable(
      errors.map(() => 0),
      errors,
    );
    const groups = dictionary(errors.map((_, i) => `g${Math.floor(i / 16)}`));
    const asked = contrast('mae', clustered, null);
    const [rows] = resampled([asked], { weights: ones(1600) });
    const [whole] = resampled([asked], { weights: ones(1600), group: groups });
    const ratio = (whole?.standardError as number) / (rows?.standardError as number);
    expect(ratio).toBeGreaterThan(3.5);
    expect(ratio).toBeLessThan(4.5);
  });

  test('are known by their rows: a name without rows is never drawn', () => {
    const codes = new Uint32Array(N).map((_, i) => (i < N / 2 ? 3 : 8));
    const named = { values: Array.from({ length: 10 }, (_, i) => `g${i}`), codes };
    const [found] = resampled([contrast('accuracy', candidate, null)], { group: named });
    expect(found).toMatchObject({ undefinedDraws: 0, reason: null });
  });
});

describe('how often rows are drawn', () => {
  const plain = contrast('brier', candidate, baseline);
  const { found: first, values } = watched(plain);
  const [lower, upper] = first.interval(0.05) as [number, number];
  const line = (bound: number, side: Line['side'] = 'at-most') => ({ line: { side, bound } });
  const drawsOf = (rest: Partial<Contrast>) => resampled([{ ...plain, ...rest }])[0]?.draws;

  test('is more for a smaller alpha, so that 100 lie beyond either end', () => {
    expect([0.2, 0.05, 0.02, 0.01, 0.005].map((alpha) => drawsOf({ alpha }))).toEqual([
      1999, 1999, 9999, 9999, 99999,
    ]);
  });

  test('is most where an end lies within three standard errors of the line', () => {
    const [below, above] = first.monteCarloErrors(0.05) as [number, number];
    expect(drawsOf(line(lower + 2.9 * below))).toBeGreaterThan(1999);
    expect(drawsOf(line(upper - 2.9 * above, 'at-least'))).toBeGreaterThan(1999);
    expect(drawsOf(line(lower - 3.1 * below))).toBe(1999);
    expect(drawsOf(line(upper + 3.1 * above))).toBe(1999);
  });

  test('is more where the line is missed by more than the draws can tell', () => {
    const far = upper + 1;
    expect(drawsOf({ ...line(far, 'at-least'), least: 1 / 2000 })).toBe(1999);
    expect(drawsOf({ ...line(far, 'at-least'), least: 1 / 2001 })).toBe(9999);
    expect(drawsOf({ ...line(far, 'at-least'), least: 1e-9 })).toBe(99999);
    expect(drawsOf({ ...line(far), least: 1e-9 })).toBe(1999);
    expect(drawsOf({ line: null, least: 1e-9 })).toBe(1999);
  });

  test('is bounded by the rows drawn in all', () => {
    expect([8, 50_000, 50_001, 500_050, 500_051, 20_000_000].map(drawLadder)).toEqual([
      [1_999, 9_999, 99_999],
      [1_999, 9_999, 99_999],
      [1_999, 9_999],
      [1_999, 9_999],
      [1_999],
      [1_999],
    ]);
  });

  test('leaves the first draws as they are', () => {
    const more = watched({ ...plain, alpha: 0.01 });
    expect(more.found.draws).toBe(9999);
    const cells = [0.05, 0.01].map((alpha) => watched(contrast('f1', candidate, baseline, { alpha })).values);
    expect(more.values.slice(0, 2000)).toEqual(values.slice(0, 2000));
    expect(cells[1]?.slice(0, 2000)).toEqual(cells[0]?.slice(0, 2000));
  });
});

describe('no interval', () => {
  test('is given when a resample has no value, and it says how many had none', () => {
    const table = binaryTable(['1', '0', '0', '0'], ['1', '0', '0', '1'], { score: [0.9, 0.1, 0.2, 0.6] });
    const [found] = resampled([contrast('roc_auc', table, null)], { weights: ones(4) });
    expect(found).toMatchObject({ estimate: 1, standardError: null, effective: null, draws: 1999 });
    // A draw of four misses the one positive row with a chance of (3/4)⁴ and all negatives with (1/4)⁴.
    expect(found?.undefinedDraws).toBeGreaterThan(550);
    expect(found?.undefinedDraws).toBeLessThan(740);
    expect(found?.reason).toContain(`${found?.undefinedDraws} of 1999 resamples`);
    expect([found?.interval(0.05), found?.monteCarloErrors(0.05)]).toEqual([null, null]);
    expect([found?.chanceBelow(0), found?.chanceAbove(0)]).toEqual([null, null]);
  });

  test('and no estimate is given where the value itself is not defined', () => {
    const none = binaryTable(new Array(N).fill('0'), new Array(N).fill('0'));
    const [first, second] = resampled([
      contrast('recall', candidate, none),
      contrast('recall', candidate, null),
    ]);
    expect(first).toMatchObject({ estimate: null, standardError: null, draws: 0 });
    expect(first?.reason).toContain('not defined');
    expect(second?.reason).toBeNull();
  });
});

describe('a wrong request', () => {
  const one = contrast('accuracy', candidate, null);
  test.each<[string, Contrast, Partial<ResampleRequest>]>([
    ['groups of another length', one, { group: dictionary(['a']) }],
    ['a weight of 0', one, { weights: Float64Array.from(weights).fill(0, 5, 6) }],
    ['a weight that is no number', one, { weights: new Float64Array(N).fill(Number.NaN) }],
    ['alpha of one half', { ...one, alpha: 0.5 }, {}],
    ['alpha that is no number', { ...one, alpha: Number.NaN }, {}],
    ['a least level of 0', { ...one, least: 0 }, {}],
    ['a seed that is none', one, { seed: 'seed' }],
  ])('is refused: %s', (_what, asked, rest) => {
    expect(() => resampled([asked], rest)).toThrow(RangeError);
  });
});
