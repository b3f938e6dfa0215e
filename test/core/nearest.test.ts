import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nearest } from '../../src/core/nearest.ts';

const KINDS = ['min', 'max', 'max-drop', 'max-rise'];

test.each<[string, string | null]>([
  ['max-dorp', 'max-drop'],
  ['max-drp', 'max-drop'],
  ['maxdrop', 'max-drop'],
  ['MAX-RISE', 'max-rise'],
  ['mni', 'min'],
  ['threshold', null],
  ['', null],
  ['__proto__', null],
])('%j is meant as %j', (name, meant) => {
  expect(nearest(name, KINDS)).toBe(meant);
});

test('of equally near names the first is taken', () => {
  expect(nearest('mix', ['max', 'min'])).toBe('max');
});

test('without candidates, or for a name too long to be a misspelling, there is none', () => {
  expect(nearest('min', [])).toBeNull();
  expect(nearest('m'.repeat(100_000), KINDS)).toBeNull();
});

test('a name is nearest to itself, and one letter more or less still finds it', () => {
  const word = fc.stringMatching(/^[a-z]{4,12}$/);
  fc.assert(
    fc.property(word, fc.nat(), (name, position) => {
      const at = position % name.length;
      expect(nearest(name, ['zzzzzzzzzzzzzzzz', name])).toBe(name);
      expect(nearest(name.slice(0, at) + name.slice(at + 1), [name])).toBe(name);
      expect(nearest(`${name.slice(0, at)}-${name.slice(at)}`, [name])).toBe(name);
    }),
  );
});
