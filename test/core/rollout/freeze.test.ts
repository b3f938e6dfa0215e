import { expect, test } from '@jest/globals';
import { frozenBy } from '../../../src/core/rollout/freeze.ts';
import type { FreezeWindow } from '../../../src/core/rollout/types.ts';

const at = (text: string) => Date.parse(text);
const holidays = { from: at('2026-12-20T18:00Z'), to: at('2027-01-02T00:00Z'), days: [], reason: 'holidays' };
const weekends = { from: null, to: null, days: [0, 6], reason: null };

test.each<[string, FreezeWindow[], string, FreezeWindow | null]>([
  ['before it begins', [holidays], '2026-12-20T17:59Z', null],
  ['from the moment it begins', [holidays], '2026-12-20T18:00Z', holidays],
  ['until the moment it ends', [holidays], '2027-01-02T00:00Z', null],
  ['on a Saturday', [holidays, weekends], '2026-11-28T12:00Z', weekends],
  ['on a Friday', [weekends], '2026-11-27T23:59Z', null],
  ['on a day within a time', [{ ...holidays, days: [4] }], '2026-12-24T12:00Z', { ...holidays, days: [4] }],
  ['on another day within it', [{ ...holidays, days: [4] }], '2026-12-25T12:00Z', null],
])('%s', (_name, windows, moment, expected) => {
  expect(frozenBy(windows, at(moment))).toEqual(expected);
});
