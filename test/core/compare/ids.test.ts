import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareIds, ID_DIGITS, putIdText, sortedRows } from '../../../src/core/compare/ids.ts';
import { hexOf } from '../metrics/ids.ts';

/** Words that often share their first halves, so that ties are met. */
const word = fc.oneof(fc.constantFrom(0, 1, 0x10000, 0xffff_ffff), fc.integer({ min: 0, max: 0xffff_ffff }));
const ids = fc
  .array(fc.tuple(word, word, word, word), { maxLength: 200 })
  .map((rows) => Uint32Array.from(rows.flat()));

describe('ids of 128 bits', () => {
  test('order as their hexadecimal texts do, equal ones as their rows', () => {
    fc.assert(
      fc.property(ids, (column) => {
        const texts = hexOf(column);
        const rows = texts.map((_, row) => row);
        const expected = rows.sort((a, b) => {
          const [one = '', other = ''] = [texts[a], texts[b]];
          return one < other ? -1 : one > other ? 1 : a - b;
        });

        expect([...sortedRows(column)]).toEqual(expected);
      }),
    );
  });

  test('are compared and written as their texts', () => {
    fc.assert(
      fc.property(ids, ids, (ours, theirs) => {
        fc.pre(ours.length > 0 && theirs.length > 0);
        const [one = '', other = ''] = [hexOf(ours)[0], hexOf(theirs)[0]];
        const bytes = new Uint8Array(ID_DIGITS + 1);

        putIdText(ours, 0, bytes, 1);

        expect(String.fromCharCode(...bytes.subarray(1))).toBe(one);
        expect(Math.sign(compareIds(ours, 0, theirs, 0))).toBe(one < other ? -1 : Number(one > other));
      }),
    );
  });
});
