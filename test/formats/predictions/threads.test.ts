import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { PredictionTable } from '../../../src/core/metrics/types.ts';
import { readPredictions } from '../../../src/formats/predictions/index.ts';
import { createThreads } from '../../../src/runtime/node/threads.ts';
import type { Threads } from '../../../src/runtime/types.ts';
import { compiledCommand } from '../../rig/build.ts';
import { refused, utf8 } from '../caught.ts';
import { OPTIONS, sourceOf } from './source.ts';

/** Large enough to be read in threads, most of it in a column that nobody asks for. */
const ROWS = 60_000;
const NOTE = 'not read '.repeat(32);
const THREADS = createThreads(pathToFileURL(compiledCommand()).href, 2, new AbortController().signal);
const SITES = { ...OPTIONS, slices: ['site'] };

function csv(change: (row: number) => string | null = () => null): Uint8Array {
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const score = ((row * 7919) % 1_000_003) / 1_000_003;
    return change(row) ?? `row-${row},${row % 3 === 0 ? 1 : 0},${row % 2},${score},site ${row % 20},${NOTE}`;
  });
  return utf8(`id,label,prediction,score,site,note\n${lines.join('\n')}\n`);
}

/** Counts the parts that come back, so that it is seen that threads were at work. */
function counted(threads: Threads): Threads & { parts: number } {
  const counting = {
    parts: 0,
    async *map<Job, Result>(...[task, jobs]: Parameters<typeof threads.map<Job, Result>>) {
      for await (const result of threads.map(task, jobs)) {
        counting.parts += 1;
        yield result;
      }
    },
  };
  return counting;
}

const plain = ({ ids, labelCodes, predictionCodes, score, slices, ...rest }: PredictionTable) => ({
  ...rest,
  columns: [ids, labelCodes, predictionCodes, score, slices['site']?.codes].map((column) =>
    Buffer.from(column?.buffer ?? new ArrayBuffer(), column?.byteOffset, column?.byteLength).toString(
      'base64',
    ),
  ),
  values: slices['site']?.values,
});

describe('a large file read in threads', () => {
  test.each([
    ['plain rows', () => null],
    ['a quoted line break somewhere', (row) => (row === 33_333 ? '"x\ny",1,1,0.5,"a\n\nb",' : null)],
  ] as [string, (row: number) => string | null][])('%s: the same table', async (_, change) => {
    const bytes = csv(change);
    const threads = counted(THREADS);

    const table = await readPredictions(sourceOf(bytes, 'p.csv'), SITES, threads);

    expect(plain(table)).toEqual(plain(await readPredictions(sourceOf(bytes, 'p.csv'), SITES, null)));
    expect([table.n, table.ids?.length]).toEqual([ROWS, 4 * ROWS]);
    expect(threads.parts).toBeGreaterThan(2);
  });

  test.each([
    ['a bad score', 'x,1,1,high,a,', 'Column "score" is "high" in row 50001 of p.csv.', 50_002],
    ['a row too short', 'x,1,1', 'Row 50001 of p.csv has 3 fields.', 50_002],
    [
      'an id met before',
      'row-7,1,1,1,a,',
      'The id "row-7" stands in row 8 and in row 50001 of p.csv.',
      50_002,
    ],
  ])('%s is told with its row and line', async (_, line, message, at) => {
    const bytes = csv((row) => (row === 50_000 ? line : null));

    const error = await refused(readPredictions(sourceOf(bytes, 'p.csv'), SITES, THREADS));

    expect([error.message, error.place?.line]).toEqual([message, at]);
  });
});

describe('ids that are only to be unique', () => {
  const options = { ...OPTIONS, slices: [], model: null };
  const read = (ids: readonly string[]) =>
    readPredictions(
      sourceOf(utf8(`id,label,prediction\n${ids.map((id) => `${id},1,1`).join('\n')}`), 'p.csv', 40),
      options,
      null,
    );

  test.each([
    ['ascending', ['1', '2', '10', '11', '100', 'row-1']],
    ['in no order', ['b', 'a', '10', '9', '', 'zz'].filter((id) => id !== '')],
  ])('%s: no table gets ids', async (_, ids) => {
    expect(await read(ids)).toMatchObject({ n: ids.length, ids: null });
  });

  test('one that stands twice is found in any order', async () => {
    const ids = Array.from({ length: 50 }, (_, row) => `id-${(row * 37) % 50}`);

    expect((await refused(read([...ids, 'id-24']))).message).toBe(
      `The id "id-24" stands in row ${ids.indexOf('id-24') + 1} and in row 51 of p.csv.`,
    );
  });
});
