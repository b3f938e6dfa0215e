import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readRunRecord, writeRunRecord } from '../../src/formats/run-record.ts';
import { caught, survives } from './caught.ts';

const text = readFileSync('test/fixtures/formats/run.json', 'utf8');
const read = (content: string) => readRunRecord(content, 'run.json');

describe('a run record', () => {
  test('is written as it was read: sorted keys, one newline at the end', () => {
    expect(writeRunRecord(read(text))).toBe(text);
    expect(text.endsWith('}\n')).toBe(true);
    expect(Object.keys(JSON.parse(text))).toEqual(Object.keys(JSON.parse(text)).sort());
  });

  test('may start with a byte order mark', () => {
    expect(read(`\uFEFF${text}`)).toEqual(read(text));
  });

  test('is the same whatever the order of its keys', () => {
    const { trust, ...rest } = read(text);

    expect(writeRunRecord({ trust, ...rest })).toBe(text);
  });

  test('keeps a parameter called __proto__', () => {
    const record = read(text.replace('"params.yaml:lr"', '"__proto__"'));

    expect(Object.keys(record.params)).toContain('__proto__');
    expect(writeRunRecord(record)).toContain('"__proto__": 0.1');
  });

  test('with a number that is not finite is never written', () => {
    const record = read(text);

    expect(() => writeRunRecord({ ...record, seed: Number.NaN })).toThrow(
      'A run record holds finite numbers only.',
    );
  });

  test.each([
    [
      'of a newer schema',
      '"version": 1\n',
      '"version": 2\n',
      'run.json was made by a newer Trainyard (run record version 2).',
      'Upgrade Trainyard here.',
    ],
    ['without its schema', '"trainyard/run"', '"other/run"', 'run.json is no run record.', undefined],
    [
      'with an unknown key',
      '"seed": 7,',
      '"seed": 7,\n  "extra": 1,',
      'run.json is no valid run record: the record must NOT have additional properties: "extra".',
      'Write records with Trainyard only.',
    ],
    [
      'with a wrong type',
      '"seed": 7',
      '"seed": "7"',
      'run.json is no valid run record: /seed must be integer,null.',
      'Write records with Trainyard only.',
    ],
    [
      'with a wrong word inside',
      '"state": "ok"',
      '"state": "fine"',
      'run.json is no valid run record: /metrics/0/state must be equal to one of the allowed values: ["ok","nan","inf","missing","undefined"].',
      'Write records with Trainyard only.',
    ],
    [
      'with a bare NaN',
      '"value": 0.9',
      '"value": NaN',
      'run.json is no valid run record: /metrics/0/value must be number,null.',
      'Write records with Trainyard only.',
    ],
    [
      'with a key twice',
      '"seed": 7,',
      '"seed": 7,\n  "seed": 8,',
      'The key "seed" occurs twice in run.json.',
      'Remove or rename one of them.',
    ],
    [
      'that was cut off',
      '}\n',
      '',
      'run.json is not valid JSON: it ends too early.',
      'The file may have been cut off while it was written.',
    ],
  ] as const)('%s is refused', (_, from, to, message, hint) => {
    const at = text.lastIndexOf(from);
    const error = caught(() => read(text.slice(0, at) + to + text.slice(at + from.length)));

    expect(error.message).toBe(message);
    expect(error.hint).toBe(hint);
  });

  test('that is wrong inside is told with the line', () => {
    const broken = text.replace('"state": "ok"', '"state": "fine"');

    expect(caught(() => read(broken)).place?.line).toBe(
      broken.split('\n').findIndex((line) => line.includes('fine')) + 1,
    );
  });

  test('cut anywhere or with a character changed ends in a record or a ConfigError', () => {
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 2 }), (at, inserted) => {
        survives(() => read(text.slice(0, at)));
        survives(() => read(text.slice(0, at) + inserted + text.slice(at + 1)));
      }),
      { numRuns: 300 },
    );
  });
});
