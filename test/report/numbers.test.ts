import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { intervalCell, rowDecimals, sparkline } from '../../src/report/figures.ts';
import {
  countOf,
  decimalsFor,
  formatAge,
  formatBytes,
  formatDelta,
  formatDuration,
  formatExact,
  formatNumber,
  formatPercent,
  stateWord,
} from '../../src/report/numbers.ts';
import { evidence } from './reports.ts';

describe('decimals', () => {
  test.each([
    [0.0021, 0.7593, 4],
    [0.00021, 0.7593, 5],
    [0.04, 0.7593, 3],
    [3, 120, 1],
    [250, 12_000, 0],
    [null, 0.7593, 4],
    [null, 31.24, 2],
    [null, 0, 4],
    [1e-15, 1, 8],
    [Number.NaN, 0.5, 4],
  ])('of a spread of %p at %p are %p', (spread, magnitude, expected) => {
    expect(decimalsFor(spread, magnitude)).toBe(expected);
  });

  test('follow the interval where there is one, else the difference', () => {
    expect(rowDecimals([0.75, 0.76], 0.01, [0.009, 0.011])).toBe(4);
    expect(rowDecimals([0.75, 0.75001], 0.00001, null)).toBe(6);
    expect(rowDecimals([0.75, 0.75], 0, [0, 0])).toBe(4);
  });
});

describe('a number', () => {
  test.each([
    [0.75934, 4, '0.7593'],
    [-0.0122, 4, '−0.0122'],
    [-0.00001, 4, '0.0000'],
    [1_234_567.891, 1, '1,234,567.9'],
    [999, 0, '999'],
    [2.1e-6, 8, '2.10e−6'],
    [1e21, 2, '1.00e21'],
    [Number.NaN, 2, 'not a number'],
    [Number.NEGATIVE_INFINITY, 2, 'infinite'],
  ])('%p with %p decimals is %s', (value, decimals, expected) => {
    expect(formatNumber(value, decimals)).toBe(expected);
  });

  test('reads back to within its last digit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 6 }),
        (value, decimals) => {
          const text = formatNumber(value, decimals).replaceAll(',', '').replace('−', '-');

          expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + 1e-6);
        },
      ),
    );
  });

  test.each([
    [0.0123, 4, '+0.0123'],
    [-0.0123, 4, '−0.0123'],
    [0, 4, '0'],
    [0.00000001, 4, '0.0000'],
    [578_304, 0, '+578,304'],
  ])('as a difference %p is %s', (value, decimals, expected) => {
    expect(formatDelta(value, decimals)).toBe(expected);
  });

  test.each([
    [0.005, '0.005'],
    [1000.5, '1,000.5'],
    [-2, '−2'],
    [1e-9, '1e−9'],
    [1.5e-9, '1.5e−9'],
  ])('as its author wrote it %p is %s', (value, expected) => {
    expect(formatExact(value)).toBe(expected);
  });

  test.each([
    [0.02, '2\u00a0%'],
    [0.07, '7\u00a0%'],
    [0.9, '90\u00a0%'],
    [0.001, '0.1\u00a0%'],
  ])('as a percentage %p is %s', (value, expected) => {
    expect(formatPercent(value)).toBe(expected);
  });
});

test.each([
  ['nan', 'not a number'],
  ['inf', 'infinite'],
  ['missing', 'missing'],
  ['undefined', 'undefined'],
] as const)('the state %s is said in words', (state, word) => {
  expect(stateWord(state)).toBe(word);
});

test.each([
  [0.04, '0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.6, '1 min'],
  [750, '13 min'],
  [12_600, '3.5 h'],
  [181_440, '2.1 days'],
  [Number.NaN, 'unknown'],
])('%p seconds last %s', (seconds, expected) => {
  expect(formatDuration(seconds)).toBe(expected);
});

test.each([
  [-5, 'just now'],
  [59, 'just now'],
  [60, '1 minute'],
  [7200, '2 hours'],
  [3 * 86_400 + 8100, '3 days'],
  [86_400 * 61, '2 months'],
  [86_400 * 800, '2 years'],
])('%p seconds ago are %s', (seconds, expected) => {
  expect(formatAge(seconds)).toBe(expected);
});

test.each([
  [0, '0 B'],
  [1023, '1,023 B'],
  [1536, '1.5 KiB'],
  [24_117_248, '23 MiB'],
])('%p bytes are %s', (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected);
});

test('counts agree with their noun', () => {
  expect([countOf(1, 'metric'), countOf(2000, 'metric'), countOf(0, 'class', 'classes')]).toEqual([
    '1 metric',
    '2,000 metrics',
    '0 classes',
  ]);
});

describe('a sparkline', () => {
  test.each([
    [[1, 2, 3], '▁▅█'],
    [[5, 5], '▄▄'],
    [[1, Number.NaN, 2], '▁·█'],
    [[Number.NaN], '·'],
    [[], ''],
  ])('of %j is %s', (values, expected) => {
    expect(sparkline(values)).toBe(expected);
  });
});

test('an interval is written in words, since its ends may be negative', () => {
  expect(intervalCell(evidence({ interval: [-0.0146, -0.0098] }), 4)).toBe('−0.0146 to −0.0098');
  expect(intervalCell(evidence(), 4)).toBe('–');
});
