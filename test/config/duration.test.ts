import { expect, test } from '@jest/globals';
import { parseDuration } from '../../src/config/duration.ts';

test.each([
  ['90s', 90],
  ['30m', 1800],
  ['2h', 7200],
  ['1h30m', 5400],
  ['1h1m1s', 3661],
  [0.5, 0.5],
  [24 * 86_400, 24 * 86_400],
])('%j is %d seconds', (written, seconds) => {
  expect(parseDuration(written)).toBe(seconds);
});

test.each([
  '',
  's',
  '5',
  '5x',
  '30m1h',
  '-5s',
  '1.5h',
  '0s',
  0,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  24 * 86_400 + 1,
  '9999h',
])('%j is no duration', (written) => {
  expect(parseDuration(written)).toBeNull();
});
