import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDecimal } from '../../src/formats/decimal.ts';
import { utf8 } from './caught.ts';

const read = (text: string) => {
  const bytes = utf8(`x${text}y`);
  return parseDecimal(bytes, 1, bytes.length - 1);
};
const digits = (most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: most }).map((list) => list.join(''));
const sign = fc.constantFrom('', '-', '+');

describe('a decimal number in bytes', () => {
  test('is the double that Number gives, to the last bit', () => {
    const written = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value.toFixed(18)),
      fc.tuple(sign, digits(22), digits(24)).map(([minus, whole, part]) => `${minus}${whole}.${part}`),
      fc.tuple(sign, digits(25)).map(([minus, whole]) => minus + whole),
    );

    fc.assert(
      fc.property(written, (text) => expect(read(text)).toBe(Number(text))),
      { numRuns: 20_000 },
    );
  });

  test('is exact also next to the middle of two doubles', () => {
    for (let step = 0; step < 2000; step += 1) {
      const odd = 2 ** 53 + 2 * step + 1; // a half between two doubles
      for (const text of [`${odd}`, `${odd}.0`, `${odd}.000001`, `${odd - 1}.99999`, `0.${odd}`])
        expect(read(text)).toBe(Number(text));
    }
  });

  test.each(['0', '-0', '.5', '5.', '007', '1e5', '-1.5E-3', ' 1', '1 ', '+3', '00.10', '9007199254740993'])(
    '%j is read',
    (text) => expect(read(text)).toBe(Number(text)),
  );

  test.each(['', ' ', '.', '-', '+', '-.', '1.2.3', '1_0', '0x10', '1e400', 'inf', 'nan', 'é', '1,5', '--1'])(
    '%j is no number',
    (text) => expect(read(text)).toBeNaN(),
  );
});
