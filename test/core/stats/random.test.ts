import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { drawCounts, parseSeed, philox } from '../../../src/core/stats/random.ts';
import { createSeed, framed, murmur3, seedFrom } from '../../../src/core/stats/seed.ts';

const ALL = 0xffffffff;

describe('Philox4x32-10', () => {
  // Known answers published with Random123 (kat_vectors).
  test.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[ALL, ALL, ALL, ALL], [ALL, ALL], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ])('gives the published words for counter %j', (counter, key, words) => {
    const found = philox(counter as [number, number, number, number], key as [number, number]);
    expect(found.map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(words);
  });
});

describe('a resample', () => {
  const seed = parseSeed(seedFrom(['rows', 'roc_auc']));
  const draw = (index: number, n: number, words = seed) => {
    const counts = new Uint8Array(n).fill(7);
    drawCounts(words, index, counts);
    return [...counts];
  };

  test('draws as many rows as there are, whatever was in the buffer', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 500 }), (index, n) => {
        expect(draw(index, n).reduce((sum, count) => sum + count, 0)).toBe(n);
      }),
    );
  });

  test('depends on the seed and its number alone', () => {
    expect(draw(5, 50)).toEqual(draw(5, 50));
    expect(draw(5, 50)).not.toEqual(draw(6, 50));
    expect(draw(5, 50)).not.toEqual(draw(5, 50, parseSeed(seedFrom(['other']))));
  });

  test('is what the published C code of both generators gives, with 64-bit products', () => {
    expect(draw(0, 12, [1, 2, 3, 4])).toEqual([1, 3, 0, 1, 1, 1, 0, 0, 2, 0, 2, 1]);
    expect(draw(1998, 12, [1, 2, 3, 4])).toEqual([1, 1, 1, 1, 0, 2, 2, 3, 0, 0, 1, 0]);
  });

  test('gives every row the same chance', () => {
    const n = 40;
    const resamples = 5000;
    const totals = new Float64Array(n);
    for (let index = 0; index < resamples; index++) {
      for (const [row, count] of draw(index, n).entries()) totals[row] = (totals[row] as number) + count;
    }
    const chiSquare = totals.reduce((sum, total) => sum + (total - resamples) ** 2 / resamples, 0);
    // Outside these bounds a fair generator falls with a chance below 1e-5 (χ² with 39 degrees of freedom).
    expect(chiSquare).toBeGreaterThan(11);
    expect(chiSquare).toBeLessThan(86);
  });

  test('takes a seed of 32 hex digits only', () => {
    expect(parseSeed('0000000100000002000000030000000f')).toEqual([1, 2, 3, 15]);
    for (const wrong of ['', 'abc', 'g'.repeat(32), '0'.repeat(33)])
      expect(() => parseSeed(wrong)).toThrow(RangeError);
  });
});

describe('a seed from texts', () => {
  test.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['test', 0, 0xba6bd213],
    ['Hello, world!', 0, 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
  ])('rests on MurmurHash3, which gives the published hash of %j', (text, seed, hash) => {
    expect(murmur3(new TextEncoder().encode(text), seed)).toBe(hash);
  });

  test('tells apart where one text ends and the next begins', () => {
    const seeds = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['1:a'], ['é'], ['e\u0301'], []].map(
      seedFrom,
    );
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const seed of seeds) expect(seed).toMatch(/^[0-9a-f]{32}$/);
  });

  test('in parts of any length is MurmurHash3 of the whole under four seeds', () => {
    const part = fc.uint8Array({ maxLength: 9 });
    fc.assert(
      fc.property(fc.array(part), fc.constantFrom(0, 65_530, 200_000), (parts, filler) => {
        const seed = createSeed();
        const all = [new Uint8Array(filler).fill(7), ...parts];
        for (const bytes of all) seed.add(bytes);

        const whole = Uint8Array.from(Buffer.concat(all));
        const lanes = [0, 1, 2, 3].map((lane) => murmur3(whole, lane).toString(16).padStart(8, '0'));
        expect(seed.digest()).toBe(lanes.join(''));
      }),
      { numRuns: 30 },
    );
    expect(new TextDecoder().decode(framed('é!'))).toBe('2:é!');
  });
});
