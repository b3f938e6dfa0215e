import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DictionaryColumn, PredictionTable } from '../../../src/core/metrics/types.ts';
import { type ReadOptions, readPredictions } from '../../../src/formats/predictions/index.ts';
import { hexOf } from '../../core/metrics/ids.ts';
import { refused } from '../caught.ts';
import { OPTIONS, sourceOf } from './source.ts';

/** Files that pyarrow and polars wrote: see write.py there. */
const folder = join(import.meta.dirname, '../../fixtures/parquet');
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
const read = (name: string, more: Partial<ReadOptions> = {}, bytes = bytesOf(name)) =>
  readPredictions(sourceOf(bytes, name, 1000), { ...OPTIONS, slices: ['site'], ...more }, null);

const spelt = ({ values, codes }: DictionaryColumn) => Array.from(codes, (code) => values[code]);
const rowsOf = (table: PredictionTable) => ({
  n: table.n,
  ids: hexOf(table.ids),
  labels: Array.from(table.labelCodes ?? [], (code) => table.classes?.[code]),
  predictions: Array.from(table.predictionCodes ?? [], (code) => table.classes?.[code]),
  score: Array.from(table.score ?? []),
  sites: table.slices['site'] && spelt(table.slices['site']),
});

describe('Parquet as pyarrow and polars write it', () => {
  test.each([
    'arrow-none',
    'arrow-snappy',
    'arrow-gzip',
    'arrow-brotli',
    'arrow-zstd',
    'plain',
    'coded-site',
    'byte-stream-split',
    'polars',
    'float-labels',
  ])('%s.parquet holds the rows of the CSV', async (name) => {
    expect(rowsOf(await read(`${name}.parquet`))).toEqual(rowsOf(await read('rows.csv')));
  });

  test('truth values are the labels true and false', async () => {
    const table = await read('truth.parquet');

    expect(table.classes).toEqual(['false', 'true']);
    expect(rowsOf(table).score).toEqual(rowsOf(await read('rows.csv')).score);
  });

  test('decimals, short floats and integers of all widths can be read', async () => {
    const columns = { score: 'price', weight: 'half', label: 'small', prediction: 'small', id: 'large' };
    const table = await read('types.parquet', { columns, task: 'multiclass' });

    expect(table.classes).toEqual(['0', '1', '2']);
    expect(table.weight?.slice(0, 2)).toEqual(Float64Array.of(0.5, 0.5));
    const csv = `id,label,prediction\n${2n ** 63n},0,0\n`;
    const [first] = hexOf((await read('p.csv', { slices: [] }, new TextEncoder().encode(csv))).ids);
    expect(hexOf(table.ids)[0]).toBe(first);
  });

  test.each(['null-score', 'nan-score', 'null-label'])(
    'of %s the row that lacks something is dropped',
    async (name) => {
      const row = name === 'null-label' ? 40 : 33;
      const { dropped, ...table } = await read(`${name}.parquet`, { drop: true });
      const whole = rowsOf(await read('rows.csv'));
      const without = <T>(column: readonly T[] | undefined) => column?.filter((_, at) => at !== row);

      expect(dropped).toBe(1);
      expect(rowsOf(table)).toEqual({
        n: 59,
        ids: without(whole.ids),
        labels: without(whole.labels),
        predictions: without(whole.predictions),
        score: without(whole.score),
        sites: without(whole.sites),
      });
    },
  );

  test('under another name it is known by its first bytes', async () => {
    const bytes = bytesOf('arrow-snappy.parquet');

    expect((await read('predictions.csv', {}, bytes)).n).toBe(60);
  });
});

describe('Parquet that is refused', () => {
  test.each([
    ['null-score', {}, 'Column "score" is empty in row 34 of null-score.parquet.'],
    ['nan-score', {}, 'Column "score" is NaN in row 34 of nan-score.parquet.'],
    ['null-label', {}, 'Column "label" is empty in row 41 of null-label.parquet.'],
    ['twice', {}, 'The id "row-3" stands in row 4 and in row 42 of twice.parquet.'],
    ['twice-later', {}, 'The id "row-52" stands in row 53 and in row 56 of twice-later.parquet.'],
    ['types', { columns: { label: 'day' } }, 'Column "day" of types.parquet is of the type DATE.'],
    ['types', { slices: ['moment'] }, 'Column "moment" of types.parquet is of the type TIMESTAMP.'],
    ['types', { columns: { score: 'list' } }, 'Column "list" of types.parquet is nested.'],
    [
      'arrow-lz4',
      {},
      'arrow-lz4.parquet cannot be read as Parquet: parquet unsupported compression codec: LZ4_RAW.',
    ],
  ] as [string, Partial<ReadOptions>, string][])('%s, read as %j', async (name, more, message) => {
    const error = await refused(read(`${name}.parquet`, more));

    expect([error.message, error.place]).toEqual([message, { file: `${name}.parquet` }]);
  });

  test('cut off or damaged anywhere: a table or a ConfigError', async () => {
    const bytes = bytesOf('polars.parquet');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), async (at, value, cut) => {
        const damaged = cut ? bytes.slice(0, at) : Uint8Array.from(bytes);
        if (!cut) damaged[at] = value;
        const [result] = await Promise.allSettled([read('polars.parquet', {}, damaged)]);
        if (result?.status === 'rejected') await refused(Promise.reject(result.reason));
      }),
      { numRuns: 500 },
    );
  });
});
