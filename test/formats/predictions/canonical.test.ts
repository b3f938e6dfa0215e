import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { decodeCanonical, encodeCanonical, rowDigests } from '../../../src/formats/predictions/canonical.ts';
import { readPredictions } from '../../../src/formats/predictions/index.ts';
import { hexOf } from '../../core/metrics/ids.ts';
import { caught, survives, utf8 } from '../caught.ts';
import { OPTIONS, sourceOf } from './source.ts';

const read = (rows: readonly string[], slices: string[] = [], model = 'm') =>
  readPredictions(sourceOf(utf8(rows.join('\n')), 'p.csv'), { ...OPTIONS, slices, model }, null);

const binary = [
  'id,label,prediction,score,weight,group,site',
  'a,1,1,0.75,1,u1,North',
  'b,0,1,0.5,2,u2,Süd',
  'c,1,0,0.125,0,u1,North',
];
const multiclass = [
  'id,label,prediction,score.x,score.y,score.z',
  'a,x,x,1,0,0',
  'b,y,z,0,0.25,0.75',
  'c,z,z,0,0,1',
];
const regression = ['id,label,prediction', 'a,1.5,1', 'b,-2,1e-300', 'c,3,3'];

/** Every row as plain values by id: what a table says, whatever its order and codes. */
function rowsOf(table: PredictionTable): Map<string, unknown> {
  const name = (codes: Uint32Array | null, row: number) => codes && table.classes?.[codes[row] ?? -1];
  return new Map(
    hexOf(table.ids).map((id, row) => [
      id,
      {
        label: table.labelValues?.[row] ?? name(table.labelCodes, row),
        prediction: table.predictionValues?.[row] ?? name(table.predictionCodes, row),
        score: table.score?.[row],
        classScores: table.classScores?.map((scores) => scores[row]),
        weight: table.weight?.[row],
        group: table.group?.values[table.group.codes[row] ?? -1],
        slices: Object.entries(table.slices).map(([key, { values, codes }]) => [
          key,
          values[codes[row] ?? -1],
        ]),
      },
    ]),
  );
}

const shuffled = ([header = '', ...rows]: readonly string[]) => [header, ...rows.reverse()];

/** The same bytes with a checksum that fits: what a forger would hand in. */
function resealed(bytes: Uint8Array, change: (body: Buffer) => Buffer): Uint8Array {
  const body = change(Buffer.from(bytes.subarray(0, -32)));
  return Uint8Array.from(Buffer.concat([body, createHash('sha256').update(body).digest()]));
}

describe('pseudonyms', () => {
  test('are the first 128 bits of SHA-256 of model, NUL and id, whatever their length', async () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1, unit: 'grapheme', maxLength: 200 }), {
      minLength: 1,
    });

    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 70 }), ids, async (model, texts) => {
        const lines = texts.map((id) => JSON.stringify({ id, label: 1, prediction: 1 }));
        const table = await readPredictions(
          sourceOf(utf8(lines.join('\n')), 'p.jsonl'),
          { ...OPTIONS, slices: [], model },
          null,
        );
        const digest = (id: string) =>
          createHash('sha256').update(`${model}\0${id}`).digest('hex').slice(0, 32);
        expect(hexOf(table.ids)).toEqual(texts.map(digest));
      }),
    );
  });
});

describe('the canonical file', () => {
  test.each([
    ['binary', binary, ['site']],
    ['multiclass', multiclass, []],
    ['regression', regression, []],
  ] as const)('%s predictions come back as they were', async (task, rows, slices) => {
    const table = await read(rows, [...slices]);

    const decoded = decodeCanonical(encodeCanonical(table), 'x');

    expect(decoded).toMatchObject({ n: 3, task, classes: table.classes });
    expect(rowsOf(decoded)).toEqual(rowsOf(table));
    expect(hexOf(decoded.ids)).toEqual(hexOf(table.ids).sort());
    expect(encodeCanonical(decoded)).toEqual(encodeCanonical(table));
  });

  test.each([
    ['binary', binary, ['site']],
    ['multiclass', multiclass, []],
    ['regression', regression, []],
  ] as const)('%s: the order of rows leaves no trace', async (_, rows, slices) => {
    const one = await read(rows, [...slices]);
    const other = await read(shuffled(rows), [...slices]);

    expect(encodeCanonical(other)).toEqual(encodeCanonical(one));
    expect(rowDigests(other)).toEqual(rowDigests(one));
  });

  test('any binary table comes back', async () => {
    const row = fc.record({
      label: fc.boolean(),
      score: fc.double({ noNaN: true, noDefaultInfinity: true }),
      site: fc.string(),
    });

    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 400 }), async (rows) => {
        const lines = rows.map(({ label, score, site }, id) =>
          JSON.stringify({ id, label, prediction: !label, score, site }),
        );
        const table = await readPredictions(
          sourceOf(utf8(lines.join('\n')), 'p.jsonl'),
          { ...OPTIONS, task: 'binary', slices: ['site'], model: 'm' },
          null,
        );
        expect(rowsOf(decodeCanonical(encodeCanonical(table), 'x'))).toEqual(rowsOf(table));
      }),
      { numRuns: 100 },
    );
  });

  test('300 slice values take two bytes a row', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => `${index},1,1,v${index}`);
    const table = await read(['id,label,prediction,site', ...rows], ['site']);

    expect(rowsOf(decodeCanonical(encodeCanonical(table), 'x'))).toEqual(rowsOf(table));
  });

  test('rows without ids are never written', async () => {
    const table = { ...(await read(binary)), ids: null };

    expect(() => encodeCanonical(table)).toThrow(TypeError);
  });

  test('is cut off, flipped or extended: a ConfigError for every position', async () => {
    const bytes = encodeCanonical(await read(binary, ['site']));

    for (let at = 0; at < bytes.length; at += 1) {
      caught(() => decodeCanonical(bytes.subarray(0, at), 'x'));
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      caught(() => decodeCanonical(flipped, 'x'));
    }
    expect(caught(() => decodeCanonical(Uint8Array.of(...bytes, 0), 'x')).message).toBe(
      'x is not a whole file of canonical predictions: its checksum differs.',
    );
  });

  test('a forged checksum helps nobody: every changed byte gives a table or a ConfigError', async () => {
    const bytes = encodeCanonical(await read(binary, ['site']));

    fc.assert(
      fc.property(fc.nat(bytes.length - 33), fc.nat(255), (at, value) =>
        survives(() =>
          decodeCanonical(
            resealed(bytes, (body) => {
              body[at] = value;
              return body;
            }),
            'x',
          ),
        ),
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['a huge count', '"n":3', '"n":9', 'its columns do not fit its size'],
    ['a count beyond integers', '"n":3', '"n":3e99', 'its header is not understood'],
    ['a negative count', '"n":3', '"n":-3', 'its header is not understood'],
    ['an unknown role', '"role":"weight"', '"role":"wait"', 'its header is not understood'],
    ['an unknown task', '"binary"', '"binery"', 'its header is not understood'],
    ['too few classes', '["0","1"]', '["0"]', 'its columns do not fit together'],
    ['a class twice', '["0","1"]', '["1","1"]', 'its header is not understood'],
  ])('%s in a resealed header is refused', async (_, from, to, message) => {
    const bytes = encodeCanonical(await read(binary, ['site']));
    const forged = resealed(bytes, (body) => {
      const length = body.readUInt32LE(12);
      const header = body.toString('utf8', 16, 16 + length).replace(from, to);
      const head = Buffer.from(header);
      const prefix = Buffer.from(body.subarray(0, 16));
      prefix.writeUInt32LE(head.length, 12);
      return Buffer.concat([prefix, head, body.subarray(16 + length)]);
    });

    expect(caught(() => decodeCanonical(forged, 'x')).message).toBe(
      `x is not a whole file of canonical predictions: ${message}.`,
    );
  });

  test('a newer format asks for an upgrade', async () => {
    const bytes = encodeCanonical(await read(binary));
    const newer = resealed(bytes, (body) => {
      body.writeUInt32LE(2, 8);
      return body;
    });

    expect(caught(() => decodeCanonical(newer, 'x'))).toMatchObject({
      message: 'x was made by a newer Trainyard (format 2).',
      hint: 'Upgrade Trainyard here.',
    });
  });

  test('random bytes end in a ConfigError', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        (bytes) => void caught(() => decodeCanonical(bytes, 'x')),
      ),
    );
  });
});

describe('digests of rows', () => {
  const digests = async (rows: readonly string[]) => rowDigests(await read(rows));

  test('see ids and labels, not predictions', async () => {
    const base = ['id,label,prediction', 'a,1,1', 'b,0,0'];

    expect(await digests(['id,label,prediction', 'b,0,1', 'a,1,0'])).toEqual(await digests(base));
    expect((await digests(['id,label,prediction', 'a,0,1', 'b,1,0'])).rows).not.toBe(
      (await digests(base)).rows,
    );
    expect((await digests(['id,label,prediction', 'a,1,1', 'c,0,0'])).rows).not.toBe(
      (await digests(base)).rows,
    );
    expect((await digests(['id,label,prediction', 'a,1,1', 'c,0,0'])).labels).toBe(
      (await digests(base)).labels,
    );
    expect((await digests(['id,label,prediction', 'a,1,1', 'b,1,0'])).labels).not.toBe(
      (await digests(base)).labels,
    );
  });

  test('are the same for a column of integers and the same column as floats', async () => {
    expect(await digests(['id,label,prediction', 'a,1.0,1', 'b,0.0,0'])).toEqual(
      await digests(['id,label,prediction', 'a,1,1', 'b,0,0']),
    );
  });

  test('of a regression have no label set', async () => {
    expect(await digests(regression)).toEqual({
      rows: expect.stringMatching(/^[0-9a-f]{64}$/),
      labels: null,
    });
  });

  test('keep ids and labels apart', async () => {
    const table = async (id: string, label: string) =>
      rowDigests(await read(['id,label,prediction', `${id},${label},${label}`])).rows;

    expect(await table('a1', 'b')).not.toBe(await table('a', '1b'));
  });
});
