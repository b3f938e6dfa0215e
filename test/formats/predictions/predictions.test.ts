import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DictionaryColumn } from '../../../src/core/metrics/types.ts';
import { quoteField } from '../../../src/formats/delimited.ts';
import { type ReadOptions, readPredictions } from '../../../src/formats/predictions/index.ts';
import { hexOf } from '../../core/metrics/ids.ts';
import { refused, utf8 } from '../caught.ts';
import { OPTIONS, sourceOf } from './source.ts';

const options = OPTIONS;
const read = (text: string, file = 'p.csv', more: Partial<ReadOptions> = {}) =>
  readPredictions(sourceOf(utf8(text), file), { ...options, ...more }, null);

/** Pseudonyms of model `m`, beside the system's SHA-256. */
const digests = (...ids: readonly string[]) =>
  ids.map((id) => createHash('sha256').update(`m\0${id}`).digest('hex').slice(0, 32));
const spelt = (codes: Uint32Array | null, classes: readonly string[] | null) =>
  codes && Array.from(codes, (code) => classes?.[code]);
const cells = (column: DictionaryColumn | null | undefined) => column && spelt(column.codes, column.values);

describe('predictions that are read', () => {
  test.each([
    ['CSV', 'p.csv', 'id,label,prediction\na,1,0\nb,0,0\n'],
    ['CSV with CRLF and no last line end', 'p.csv', 'id,label,prediction\r\na,1,0\r\nb,0,0'],
    ['CSV with CR alone and blank lines', 'p.csv', 'id,label,prediction\ra,1,0\r\rb,0,0\r'],
    [
      'CSV with a byte order mark and quotes',
      'p.csv',
      '\uFEFF"id","label","prediction"\n"a","1","0"\n"b",0,0\n',
    ],
    ['TSV', 'p.tsv', 'id\tlabel\tprediction\na\t1\t0\nb\t0\t0\n'],
    ['TSV told by its first line', 'rows', 'id\tlabel\tprediction\na\t1\t0\nb\t0\t0\n'],
    [
      'JSONL',
      'p.jsonl',
      '{"id": "a", "label": 1, "prediction": 0}\n\n{"prediction": 0.0, "label": 0, "id": "b"}\r\n',
    ],
    [
      'JSONL told by its first line',
      'rows',
      '{"id": "a", "label": 1, "prediction": 0}\n{"id": "b", "label": 0, "prediction": 0}',
    ],
  ] as const)('%s', async (_, file, text) => {
    const table = await read(text, file);

    expect(table).toMatchObject({
      n: 2,
      task: 'binary',
      classes: ['0', '1'],
    });
    expect(hexOf(table.ids)).toEqual(digests('a', 'b'));
    expect(spelt(table.labelCodes, table.classes)).toEqual(['1', '0']);
    expect(spelt(table.predictionCodes, table.classes)).toEqual(['0', '0']);
    expect([table.score, table.weight, table.group, table.labelValues]).toEqual([null, null, null, null]);
  });

  test('quoted fields hold line breaks, delimiters and doubled quotes', async () => {
    const table = await read(
      'id,label,prediction,place\n"a\r\nb","x, y","say ""x""",\n2,"x, y","x, y","p\nq"\n',
      'p.csv',
      { slices: ['place'] },
    );

    expect(hexOf(table.ids)).toEqual(digests('a\r\nb', '2'));
    expect(table.classes).toEqual(['say "x"', 'x, y']);
    expect(cells(table.slices['place'])).toEqual(['', 'p\nq']);
  });

  test('columns of other names, scores, weights, groups and slices', async () => {
    const table = await read(
      'row,target,guess,proba,w,user,site\n1,yes,no,0.4,2,u1,A\n2,no,no,0.1,0,u2,B\n3,no,no,0.2,1,u1,A\n',
      'p.csv',
      {
        columns: {
          id: 'row',
          label: 'target',
          prediction: 'guess',
          score: 'proba',
          weight: 'w',
          group: 'user',
        },
        slices: ['site'],
      },
    );

    expect(table.score).toEqual(Float64Array.of(0.4, 0.1, 0.2));
    expect(table.weight).toEqual(Float64Array.of(2, 0, 1));
    expect(cells(table.group)).toEqual(['u1', 'u2', 'u1']);
    expect(cells(table.slices['site'])).toEqual(['A', 'B', 'A']);
  });

  test('a slice called __proto__ is a slice', async () => {
    const { slices } = await read('id,label,prediction,__proto__\na,1,1,x\n', 'p.csv', {
      slices: ['__proto__'],
    });

    expect(Object.keys(slices)).toEqual(['__proto__']);
    expect(Object.values(slices).map(cells)).toEqual([['x']]);
  });

  test('ids absent on purpose are row numbers', async () => {
    const { ids } = await read('label,prediction\n1,1\n0,1\n', 'p.csv', { columns: { id: '' } });

    expect(hexOf(ids)).toEqual(digests('1', '2'));
  });

  test.each([
    ['whole floats in one column become integers', '1.0,1\n0.0,0', ['0', '1']],
    ['a mixed column stays as written', '1.0,1\n1,1', ['1', '1.0']],
    ['leading zeros stay', '01,1\n1,1', ['01', '1']],
    ['fractions stay', '1.50,1.50\n0.0,1.50', ['0.0', '1.50']],
  ])('labels: %s', async (_, rows, classes) => {
    const text = rows
      .split('\n')
      .map((row, index) => `${index},${row}`)
      .join('\n');

    expect(
      [
        ...((await read(`id,label,prediction\n${text}\n`, 'p.csv', { task: 'multiclass' })).classes ?? []),
      ].sort(),
    ).toEqual(classes);
  });

  test.each([
    ['two labels and a score', 'id,label,prediction,score\n1,a,a,0.5\n2,b,b,0.5', 'binary'],
    ['two labels without a score', 'id,label,prediction\n1,a,a\n2,b,b', 'binary'],
    ['one label', 'id,label,prediction\n1,a,a\n2,a,a', 'binary'],
    ['score columns of labels', 'id,label,prediction,score.a,score.b\n1,a,a,1,0\n2,b,b,0,1', 'multiclass'],
    ['three texts', 'id,label,prediction\n1,a,a\n2,b,b\n3,c,c', 'multiclass'],
    ['three integers', 'id,label,prediction\n1,0,0\n2,1,1\n3,2,2', 'multiclass'],
    ['fractions', 'id,label,prediction\n1,0.5,0\n2,1,1\n3,2,2', 'regression'],
    ['integers with fractional predictions', 'id,label,prediction\n1,0,0.1\n2,1,1\n3,2,2', 'regression'],
  ])('the task of %s', async (_, text, task) => {
    expect((await read(text)).task).toBe(task);
  });

  test('a regression has numbers, negative and exponential ones too', async () => {
    const table = await read('id,label,prediction\n1,-1.5,1e-3\n2,2,2\n3,3,3\n');

    expect(table).toMatchObject({ task: 'regression', classes: null, labelCodes: null });
    expect(table.labelValues).toEqual(Float64Array.of(-1.5, 2, 3));
    expect(table.predictionValues).toEqual(Float64Array.of(0.001, 2, 3));
  });

  test('scores of classes are aligned with the classes, nested JSON too', async () => {
    const csv = await read('id,label,prediction,score.dog,score.cat\n1,cat,dog,0.7,0.3\n2,dog,dog,0.9,0.1\n');
    const jsonl = await read(
      '{"id":1,"label":"cat","prediction":"dog","score":{"dog":0.7,"cat":0.3}}\n{"id":2,"label":"dog","prediction":"dog","score":{"dog":0.9,"cat":0.1}}\n',
      'p.jsonl',
    );

    expect(csv.classes).toEqual(['cat', 'dog']);
    expect(csv.classScores).toEqual([Float64Array.of(0.3, 0.1), Float64Array.of(0.7, 0.9)]);
    expect(jsonl).toEqual(csv);
  });

  test('ten integer classes are in the order of numbers', async () => {
    const rows = Array.from({ length: 11 }, (_, index) => `${index},${index},${index}`).join('\n');

    expect((await read(`id,label,prediction\n${rows}\n`)).classes).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
      '10',
    ]);
  });

  test('without predictions a score above 0.5 predicts the positive label', async () => {
    const table = await read('id,label,score\n1,1,0.9\n2,0,0.5\n3,0,0.1\n');

    expect(spelt(table.predictionCodes, table.classes)).toEqual(['1', '0', '0']);
  });

  test('without predictions the highest class score decides, the first of equals', async () => {
    const table = await read('id,label,score.a,score.b,score.c\n1,a,0.2,0.5,0.3\n2,b,0.4,0.4,0.2\n');

    expect(spelt(table.predictionCodes, table.classes)).toEqual(['b', 'a']);
  });

  test('scores outside [0, 1] are kept', async () => {
    expect((await read('id,label,prediction,score\n1,1,1,3.5\n2,0,0,-2\n')).score).toEqual(
      Float64Array.of(3.5, -2),
    );
  });

  test('any texts survive quoting', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '\t', ' ', 'é', '🦊', "'") });
    const ids = fc.uniqueArray(
      field.filter((id) => id !== ''),
      { minLength: 1, maxLength: 20 },
    );

    await fc.assert(
      fc.asyncProperty(
        ids,
        fc.constantFrom<[',' | '\t', string]>([',', 'p.csv'], ['\t', 'p.tsv']),
        fc.boolean(),
        async (values, [delimiter, file], crlf) => {
          const rows = [['id', 'label', 'prediction', 'site'], ...values.map((id) => [id, '1', '1', id])];
          const text = rows
            .map((row) => row.map((cell) => quoteField(cell, delimiter)).join(delimiter))
            .join(crlf ? '\r\n' : '\n');
          const table = await read(text, file, { slices: ['site'] });
          expect(hexOf(table.ids)).toEqual(digests(...values));
          expect(cells(table.slices['site'])).toEqual(values);
        },
      ),
    );
  });
});

describe('rows in which something is missing', () => {
  const rows = 'id,label,score,site\na,1,0.9,x\nb,,0.5,y\nc,0,nan,x\nd,0,0.2,\ne,odd,,z\n';
  const same = 'id,label,score,site\na,1,0.9,x\nd,0,0.2,\n';

  test.each(['p.csv', 'p.jsonl'])('are left out of %s and counted where that is asked', async (file) => {
    const [header = '', ...lines] = rows.trim().split('\n');
    const names = header.split(',');
    const objects = lines.map((line) =>
      JSON.stringify(Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell]))),
    );
    const text = file === 'p.csv' ? rows : objects.join('\n');

    const { dropped, ...table } = await read(text, file, { drop: true, slices: ['site'] });

    expect(dropped).toBe(3);
    expect({ ...table, slices: {} }).toEqual({ ...(await read(same)), slices: {} });
    expect(cells(table.slices['site'])).toEqual(['x', '']);
  });

  test('of two models in one file go from both', async () => {
    const text = 'label,baseline.score,candidate.score\n1,0.9,0.8\n0,,0.3\n0,0.1,nan\n0,0.2,0.1\n';
    const [ours, theirs] = await Promise.all(
      (['candidate', 'baseline'] as const).map((side) => read(text, 'p.csv', { drop: true, side })),
    );

    expect(hexOf(ours?.ids ?? null)).toEqual(digests('1', '4'));
    expect(theirs?.ids).toEqual(ours?.ids);
    expect([ours?.score, theirs?.score]).toEqual([Float64Array.of(0.8, 0.1), Float64Array.of(0.9, 0.2)]);
  });

  test('are an error where none is whole, and where something stands that cannot', async () => {
    const drop = (text: string) => refused(read(text, 'p.csv', { drop: true }));

    expect((await drop('id,label,score\na,,1\nb,1,\n')).message).toBe(
      'In each of the 2 rows of p.csv something is missing.',
    );
    expect((await drop('id,label,score\na,1,1\nb,1,high\n')).message).toBe(
      'Column "score" is "high" in row 2 of p.csv.',
    );
    expect((await drop('id,label,score\na,1,1\n,1,1\n')).message).toBe(
      'Column "id" is empty in row 2 of p.csv.',
    );
  });
});

describe('predictions that are refused', () => {
  test.each([
    [
      'duplicate ids',
      'id,label,prediction\na,1,1\nb,0,0\na,1,1\n',
      {},
      'The id "a" stands in row 1 and in row 3 of p.csv.',
      4,
    ],
    ['an empty id', 'id,label,prediction\na,1,1\n,0,0\n', {}, 'Column "id" is empty in row 2 of p.csv.', 3],
    ['an empty label', 'id,label,prediction\na,,1\n', {}, 'Column "label" is empty in row 1 of p.csv.', 2],
    [
      'a NaN label',
      'id,label,prediction\na,1,1\nb,nan,1\n',
      {},
      'Column "label" is NaN in row 2 of p.csv.',
      3,
    ],
    [
      'an empty prediction',
      'id,label,prediction\na,1,\n',
      {},
      'Column "prediction" is empty in row 1 of p.csv.',
      2,
    ],
    [
      'a NaN score',
      'id,label,prediction,score\na,1,1,NaN\n',
      {},
      'Column "score" is NaN in row 1 of p.csv.',
      2,
    ],
    [
      'an infinite score',
      'id,label,prediction,score\na,1,1,inf\n',
      {},
      'Column "score" is "inf" in row 1 of p.csv.',
      2,
    ],
    [
      'a score that overflows',
      'id,label,prediction,score\na,1,1,1e400\n',
      {},
      'Column "score" is "1e400" in row 1 of p.csv.',
      2,
    ],
    [
      'an empty score',
      'id,label,prediction,score\na,1,1, \n',
      {},
      'Column "score" is empty in row 1 of p.csv.',
      2,
    ],
    [
      'a hexadecimal score',
      'id,label,prediction,score\na,1,1,0x1\n',
      {},
      'Column "score" is "0x1" in row 1 of p.csv.',
      2,
    ],
    [
      'a negative weight',
      'id,label,prediction,weight\na,1,1,-1\n',
      {},
      'Column "weight" is -1 in row 1 of p.csv.',
      2,
    ],
    ['a row too short', 'id,label,prediction\na,1,1\nb,0\n', {}, 'Row 2 of p.csv has 2 fields.', 3],
    [
      'a row too long, after a quoted line break',
      'id,label,prediction\n"a\nb",1,1\nb,0,0,0\n',
      {},
      'Row 2 of p.csv has 4 fields.',
      4,
    ],
    [
      'a quote never closed',
      'id,label,prediction\n"a,1,1\n',
      {},
      'A quoted field in p.csv is never closed.',
      2,
    ],
    [
      'text after a quote',
      'id,label,prediction\n"a"b,1,1\n',
      {},
      'Text follows a closing quote in p.csv.',
      2,
    ],
    ['a column twice', 'id,label,label\na,1,1\n', {}, 'The column "label" occurs twice in p.csv.', 1],
    ['a header alone', 'id,label,prediction\n', {}, 'p.csv has no rows.', undefined],
    ['an empty file', '', {}, 'p.csv is empty.', undefined],
    ['no predictions and no score', 'id,label\na,1\n', {}, 'p.csv has no column "prediction".', 1],
    [
      'no predictions and scores that are no probabilities',
      'id,label,score\na,1,3\nb,0,-1\n',
      {},
      'p.csv has no column "prediction".',
      1,
    ],
    [
      'no predictions of a regression',
      'id,label\na,1.5\nb,2\nc,3\n',
      {},
      'p.csv has no column "prediction".',
      1,
    ],
    [
      'three labels in a binary task',
      'id,label,prediction\n1,a,a\n2,b,b\n3,c,c\n',
      { task: 'binary' },
      'Column "label" of p.csv has 3 labels in a binary task.',
      undefined,
    ],
    [
      'probabilities among predictions',
      'id,label,prediction\n1,1,0.8\n2,0,0.1\n',
      {},
      'Column "prediction" of p.csv holds "0.8", which is none of the labels "1", "0".',
      undefined,
    ],
    [
      'texts in a regression',
      'id,label,prediction\n1,1.5,2\n2,x,2\n',
      { task: 'regression' },
      'Column "label" is "x" in row 2 of p.csv.',
      undefined,
    ],
    [
      'a label without scores',
      'id,label,prediction,score.a\n1,a,a,1\n2,b,b,0\n',
      {},
      'p.csv has scores, but none for the label "b".',
      1,
    ],
    [
      'a slice that is not there',
      'id,label,prediction,site\n1,a,a,A\n',
      { slices: ['sites'] },
      'p.csv has no column "sites", which "slices" names.',
      1,
    ],
    [
      'a chosen column that is not there',
      'id,label,prediction,proba\n1,a,a,1\n',
      { columns: { score: 'prob' } },
      'p.csv has no column "prob", which "columns.score" names.',
      1,
    ],
  ] as [string, string, Partial<ReadOptions>, string, number | undefined][])(
    '%s',
    async (_, text, more, message, line) => {
      const error = await refused(read(text, 'p.csv', more));

      expect(error.message).toBe(message);
      expect(error.place).toEqual(line === undefined ? { file: 'p.csv' } : { file: 'p.csv', line });
    },
  );

  test('a missing column shows what was found, the nearest name and the remedy', async () => {
    const error = await refused(read('id,labels,prediction\na,1,1\n'));

    expect(error).toMatchObject({
      message: 'p.csv has no column "label".',
      expected: '"label" among the columns found: "id", "labels", "prediction"',
      hint: 'Say which column it is: `columns: { label: labels }`.',
    });
  });

  test('a missing id column says how to name it, and nothing that the configuration refuses', async () => {
    const { hint } = await refused(read('label,prediction\n1,1\n'));

    expect(hint).toContain('`columns: { id: NAME }`');
    expect(hint).not.toContain('""');
  });

  test('semicolons instead of commas are recognised', async () => {
    expect((await refused(read('id;label;prediction\na;1;1\n'))).hint).toContain('separated by commas');
  });

  test.each([
    [
      'NaN',
      '{"id": 1, "label": 1, "prediction": 1, "score": NaN}',
      'Column "score" is NaN in row 2 of p.jsonl.',
    ],
    [
      'null',
      '{"id": 1, "label": null, "prediction": 1, "score": 1}',
      'Column "label" is empty in row 2 of p.jsonl.',
    ],
    [
      'a missing key',
      '{"id": 1, "prediction": 1, "score": 1}',
      'Column "label" is empty in row 2 of p.jsonl.',
    ],
    [
      'a duplicate key',
      '{"id": 1, "id": 2, "label": 1, "prediction": 1, "score": 1}',
      'The key "id" occurs twice in p.jsonl.',
    ],
    ['a broken line', '{"id": 1,', 'p.jsonl is not valid JSON: it ends too early.'],
    ['a list', '[1]', 'Row 2 of p.jsonl is no JSON object.'],
  ])('%s in JSONL is told with its line', async (_, row, message) => {
    const error = await refused(
      read(`{"id": 0, "label": 1, "prediction": 1, "score": 1}\n${row}\n`, 'p.jsonl'),
    );

    expect(error.message).toBe(message);
    expect(error.place?.line).toBe(2);
  });

  test('random bytes end in a table or in a ConfigError', async () => {
    const names = fc.constantFrom('p.csv', 'p.tsv', 'p.jsonl', 'p');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), names, async (bytes, file) => {
        const [result] = await Promise.allSettled([readPredictions(sourceOf(bytes, file, 9), options, null)]);
        if (result?.status === 'rejected') await refused(Promise.reject(result.reason));
      }),
      { numRuns: 500 },
    );
  });

  test('the format is that of the first line with something in it, however the bytes come', async () => {
    const input = utf8('\n \n{"id": "a", "label": 1, "prediction": 0}\n');
    for (const chunk of [1, 2, 5, 1 << 20])
      expect((await readPredictions(sourceOf(input, 'p', chunk), options, null)).n).toBe(1);
  });

  test('a row whose quoted field goes on in the next block is counted once', async () => {
    const input = utf8('id,label,prediction,score\na,"1\n",0,0\nb,1\n');
    for (const chunk of [1, 2, 5, 1 << 20])
      expect((await refused(readPredictions(sourceOf(input, 'p.csv', chunk), options, null))).message).toBe(
        'Row 2 of p.csv has 2 fields.',
      );
  });

  test('random texts end in a table or in a ConfigError, the same whatever the chunks', async () => {
    const tokens = fc.constantFrom(
      'id',
      'label',
      'prediction',
      'score',
      ',',
      '\t',
      '\n',
      '\r',
      '"',
      '1',
      '0',
      'a',
      'nan',
      '{',
      '}',
      ':',
      '"id"',
      '"label"',
      '',
    );
    const bytes = fc.array(tokens, { maxLength: 40 }).map((parts) => utf8(parts.join('')));
    const headed = bytes.map((rest) => Uint8Array.of(...utf8('id,label,prediction,score\n'), ...rest));

    const outcome = async (input: Uint8Array, file: string, chunk: number, task: ReadOptions['task']) => {
      const [result] = await Promise.allSettled([
        readPredictions(sourceOf(input, file, chunk), { ...options, task }, null),
      ]);
      if (result?.status === 'fulfilled') return result.value;
      const { message, place, hint } = await refused(Promise.reject(result?.reason));
      return { message, place, hint };
    };

    await fc.assert(
      fc.asyncProperty(
        fc.oneof(bytes, headed),
        fc.constantFrom('p.csv', 'p.tsv', 'p.jsonl', 'p'),
        fc.constantFrom(null, 'binary', 'multiclass', 'regression' as const),
        fc.integer({ min: 1, max: 12 }),
        async (input, file, task, chunk) =>
          expect(await outcome(input, file, chunk, task)).toEqual(await outcome(input, file, 1 << 20, task)),
      ),
      { numRuns: 2000 },
    );
  });
});

describe('more than can be judged', () => {
  test('two thousand labels are read, one more is refused', async () => {
    const rows = (labels: number) =>
      `id,label,prediction\n${Array.from({ length: labels }, (_, i) => `${i},a${i},a0`).join('\n')}`;
    expect((await read(rows(2000))).classes).toHaveLength(2000);
    expect((await refused(read(rows(2001)))).message).toBe('p.csv has 2001 different labels.');
  });

  test('many different numbers are a regression, not labels', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `${i},${i / 7},${i / 8}`).join('\n');
    expect((await read(`id,label,prediction\n${rows}`)).task).toBe('regression');
  });

  test('ten thousand columns are read, one more is refused', async () => {
    const header = (more: number) => `id,label,prediction,${Array.from({ length: more }, (_, i) => `x${i}`)}`;
    const file = (more: number) => `${header(more)}\na,1,1${',0'.repeat(more)}`;
    expect((await read(file(9997))).n).toBe(1);
    expect((await refused(read(file(9998)))).message).toBe('p.csv has 10001 columns.');
  });
});
