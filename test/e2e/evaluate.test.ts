import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentOf, makeFolder, removeFolders, runCommand } from '../rig/command.ts';

interface Row {
  name: string;
  value: number | null;
  direction: string;
  n: number;
  slice?: string;
  class?: string;
  state?: string;
}

let folder: string;

const files: Record<string, string> = {
  'binary.csv': `id,label,prediction,score,site
1,1,1,0.9,a
2,1,0,0.4,a
3,0,0,0.2,a
4,0,1,0.6,b
5,1,1,0.8,b
`,
  'multiclass.csv': `id,label,prediction,score.cat,score.dog,score.owl
1,cat,cat,0.6,0.3,0.1
2,dog,cat,0.5,0.4,0.1
3,owl,owl,0.1,0.1,0.8
4,dog,dog,0.2,0.7,0.1
`,
  'regression.tsv': 'id\tlabel\tprediction\n1\t1.0\t1.5\n2\t2.0\t2.0\n3\t4.0\t3.0\n',
  'renamed.jsonl': '{"row":"x","target":1,"guess":1}\n{"row":"y","target":0,"guess":1}\n',
  'weighted.csv': 'id,label,prediction,weight\n1,1,1,3\n2,0,1,1\n',
  'words.csv': 'id,label,prediction,score\n1,yes,yes,0.9\n2,no,yes,0.6\n3,no,no,0.1\n',
};

beforeAll(() => {
  folder = makeFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(removeFolders);

async function evaluate(...args: string[]): Promise<Row[]> {
  const finished = await runCommand(['evaluate', '--json', '--predictions', ...args], folder);
  expect(finished.stderr).toBe('');
  expect(finished.code).toBe(0);
  return (documentOf(finished) as { metrics: Row[] }).metrics;
}

const values = (rows: Row[]) =>
  Object.fromEntries(
    rows
      .filter((row) => row.slice === undefined && row.class === undefined)
      .map(({ name, value }) => [name, value]),
  );

describe('evaluate --predictions', () => {
  test('binary', async () => {
    const rows = await evaluate('binary.csv', '--task', 'binary');
    const found = values(rows);
    expect(found['accuracy']).toBeCloseTo(3 / 5, 12);
    expect(found['precision']).toBeCloseTo(2 / 3, 12);
    expect(found['recall']).toBeCloseTo(2 / 3, 12);
    expect(found['f1']).toBeCloseTo(2 / 3, 12);
    expect(found['roc_auc']).toBeCloseTo(5 / 6, 12);
    expect(found['brier']).toBeCloseTo((0.01 + 0.36 + 0.04 + 0.36 + 0.04) / 5, 12);
    const loss = -(Math.log(0.9) + Math.log(0.4) + Math.log(0.8) + Math.log(0.4) + Math.log(0.8)) / 5;
    expect(found['log_loss']).toBeCloseTo(loss, 12);
    expect(rows.every(({ n }) => n === 5)).toBe(true);
    expect(Object.fromEntries(rows.map(({ name, direction }) => [name, direction]))).toMatchObject({
      accuracy: 'higher',
      roc_auc: 'higher',
      log_loss: 'lower',
      brier: 'lower',
    });
  });

  test('multiclass, with each class', async () => {
    const rows = await evaluate('multiclass.csv', '--task', 'multiclass');
    const found = values(rows);
    expect(found['accuracy']).toBeCloseTo(3 / 4, 12);
    expect(found['f1_macro']).toBeCloseTo((2 / 3 + 2 / 3 + 1) / 3, 12);
    const dog = rows.filter((row) => row.class === 'dog');
    expect(dog.find(({ name }) => name === 'recall')?.value).toBeCloseTo(1 / 2, 12);
  });

  test('regression', async () => {
    const found = values(await evaluate('regression.tsv', '--task', 'regression'));
    expect(found['mean_absolute_error']).toBeCloseTo(0.5, 12);
    expect(found['root_mean_squared_error']).toBeCloseTo(Math.sqrt(1.25 / 3), 12);
    expect(found['r2']).toBeCloseTo(1 - 1.25 / (14 / 3), 12);
  });

  test('the task is found from the columns', async () => {
    for (const [file, name] of [
      ['binary.csv', 'roc_auc'],
      ['multiclass.csv', 'f1_macro'],
      ['regression.tsv', 'r2'],
    ] as const) {
      expect(Object.keys(values(await evaluate(file)))).toContain(name);
    }
  });

  test('--slice adds each value of a column, however few its rows', async () => {
    const rows = await evaluate('binary.csv', '--slice', 'site');
    const accuracy = rows
      .filter(({ name }) => name === 'accuracy')
      .map(({ slice, value, n }) => [slice, value, n]);
    expect(accuracy).toEqual([
      [undefined, 0.6, 5],
      ['site=a', expect.closeTo(2 / 3, 12), 3],
      ['site=b', 0.5, 2],
    ]);
  });

  test('--metric asks for some alone, --slice for bins and combinations', async () => {
    const asked = ['--metric', 'specificity', '--metric', 'precision_at_recall@0.5'];
    const cut = ['--slice', 'score:bins=0.5', '--slice', 'site & score'];
    const rows = await evaluate('binary.csv', ...asked, ...cut);
    expect(
      rows.filter(({ name }) => name === 'specificity').map(({ slice, value }) => [slice, value]),
    ).toEqual([
      [undefined, 0.5],
      ['score=[-inf,0.5)', 1],
      ['score=[-inf,0.5) & site=a', 1],
      ['score=[0.5,inf)', 0],
      ['score=[0.5,inf) & site=a', null],
      ['score=[0.5,inf) & site=b', 0],
    ]);
    expect(Object.keys(values(rows))).toEqual(['specificity', 'precision_at_recall@0.5']);
  });

  test('the confusion matrix stands in the document and under the columns', async () => {
    const json = await runCommand(['evaluate', '--json', '--predictions', 'multiclass.csv'], folder);
    expect(documentOf(json)).toMatchObject({
      confusion: {
        classes: ['cat', 'dog', 'owl'],
        counts: [
          [1, 0, 0],
          [1, 1, 0],
          [0, 0, 1],
        ],
      },
    });
    const { stdout } = await runCommand(['evaluate', '--predictions', 'multiclass.csv'], folder);
    expect(stdout).toMatch(/^dog +1 +1 +0$/m);
  });

  test('--column takes columns of another name', async () => {
    const columns = ['id=row', 'label=target', 'prediction=guess'].flatMap((pair) => ['--column', pair]);
    expect(values(await evaluate('renamed.jsonl', ...columns))['accuracy']).toBe(0.5);
  });

  test('--positive-label says which of two words counts', async () => {
    expect(values(await evaluate('words.csv', '--positive-label', 'yes'))['precision']).toBe(0.5);
    const rows = await evaluate('words.csv');
    expect(rows.find(({ name }) => name === 'roc_auc')).toMatchObject({ value: null, state: 'undefined' });
  });

  test('rows count by their weight', async () => {
    expect(values(await evaluate('weighted.csv'))['accuracy']).toBe(0.75);
  });

  test('a person reads aligned columns', async () => {
    const { stdout, code } = await runCommand(['evaluate', '--predictions', 'binary.csv'], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^accuracy +0\.6\d* +n 5$/m);
    expect(stdout).toMatch(/^roc_auc +0\.83\d* +n 5$/m);
  });

  test.each([
    [['none.csv'], 'none.csv: The predictions file none.csv does not exist.'],
    [['binary.csv', '--slice', 'stie'], 'site'],
    [['binary.csv', '--column', 'label=lable'], 'lable'],
    [['binary.csv', '--column', 'label'], '--column label does not read as OURS=YOURS.'],
    [['binary.csv', '--column', 'target=label'], 'Did you mean label=target?'],
    [['binary.csv', '--column', 'lable=site'], 'Did you mean label=site?'],
    [['binary.csv', '--column', '__proto__=site'], 'is not one of our columns'],
    [['binary.csv', '--column', 'label=site', '--column', 'label=score'], '--column names "label" twice.'],
    [['binary.csv', '--metric', 'acuracy'], 'Did you mean "accuracy"?'],
    [['binary.csv', '--metric', 'ndcg@5'], 'The metric "ndcg@5" cannot be computed.'],
    [['binary.csv', '--slice', 'score:bins=2,1'], 'needs edges that are ascending numbers'],
    [['binary.csv', '--task', 'multiclas'], 'Did you mean "multiclass"?'],
    [['multiclass.csv', '--task', 'regression'], 'multiclass.csv'],
  ])('%p is refused', async (args, message) => {
    const finished = await runCommand(['evaluate', '--json', '--predictions', ...args], folder);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain(message);
    expect(documentOf(finished)).toMatchObject({ verdict: 'error', exit: 2 });
  });
});
