import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutBytes, cutUnits, fitBytes, fitUnits } from '../../../src/platform/github/text-limits.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });
const bytesOf = (text: string) => new TextEncoder().encode(text).length;
/** Half of a pair of surrogates at the end. */
const broken = /[\ud800-\udbff]$/;

describe('cutting a text', () => {
  test('keeps within the units and cuts no character in two', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 200 }), (text, units) => {
        const cut = cutUnits(text, units);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(units);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, units - 1));
        expect(cut).not.toMatch(broken);
      }),
    );
  });

  test('keeps within the bytes and cuts no character in two', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 200 }), (text, bytes) => {
        const cut = cutBytes(text, bytes);
        expect(text.startsWith(cut)).toBe(true);
        expect(bytesOf(cut)).toBeLessThanOrEqual(bytes);
        expect(bytesOf(cut)).toBeGreaterThanOrEqual(Math.min(bytesOf(text), bytes - 3));
        expect(cut).not.toMatch(broken);
      }),
    );
  });

  test.each([65_534, 65_535, 65_536, 65_537])('says that it was cut, with a pair at unit %d', (length) => {
    const text = `${'x'.repeat(length - 1)}😀`;
    const fits = text.length <= 65_536;
    expect(fitUnits(text, 65_536).length).toBeLessThanOrEqual(65_536);
    expect(fitUnits(text, 65_536) === text).toBe(fits);
    expect(fitUnits(text, 65_536).includes('Cut here')).toBe(!fits);
  });

  test.each([99, 100, 101])('by bytes says so from the first byte too many: %d of 100', (bytes) => {
    const text = 'é'.repeat(200) + 'x'.repeat(bytes % 2);
    const limit = bytesOf(text) + (100 - bytes);
    expect(fitBytes(text, limit) === text).toBe(bytes <= 100);
    expect(bytesOf(fitBytes(text, limit))).toBeLessThanOrEqual(limit);
  });
});
