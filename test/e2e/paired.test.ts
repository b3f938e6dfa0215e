import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CompareDocument } from '../../src/verbs/compare.ts';
import { documentOf, makeFolder, removeFolders, runCommand } from '../rig/command.ts';

let folder: string;

/** Labels and two scores that follow them, the second one better; the same in every run. */
const rows = Array.from({ length: 400 }, (_, row) => {
  const label = (row * 7) % 3 === 0 ? 1 : 0;
  const noise = (by: number) => ((row * by) % 101) / 101;
  return {
    id: `r${row}`,
    label,
    base: 0.4 * label + 0.6 * noise(37),
    cand: 0.5 * label + 0.5 * noise(53),
    site: `s${row % 2}`,
  };
});
const table = (header: string, lines: readonly unknown[][]) =>
  `${header}\n${lines.map((line) => line.join(',')).join('\n')}\n`;

beforeAll(() => {
  folder = join(makeFolder(), 'work');
  mkdirSync(folder);
  const one = (score: 'base' | 'cand') =>
    table(
      'id,label,score,site',
      rows.map((row) => [row.id, row.label, row[score], row.site]),
    );
  const files = {
    'a.csv': one('cand'),
    'b.csv': one('base'),
    'paired.csv': table(
      'id,target,score_base,score_cand,site',
      rows.map(({ id, label, base, cand, site }) => [id, label, base, cand, site]),
    ),
    'plain.csv': table(
      'label,baseline.score,candidate.score',
      rows.map(({ label, base, cand }) => [label, base, cand]),
    ),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(removeFolders);

const rules = [
  '--rule',
  'roc_auc:max-drop=0.01',
  '--rule',
  'log_loss:max-rise=0.02',
  '--rule',
  'f1:max-drop=0.05',
];
const columns = ['label=target', 'baseline.score=score_base', 'candidate.score=score_cand'].flatMap(
  (pair) => ['--column', pair],
);
const compare = (...args: string[]) => runCommand(['compare', ...args], folder);

describe('one file that holds both sides', () => {
  test('is judged as two files are, bit by bit', async () => {
    const two = await compare(
      '--candidate',
      'a.csv',
      '--baseline',
      'b.csv',
      '--slice',
      'site',
      ...rules,
      '--json',
    );
    const one = await compare(
      '--predictions',
      'paired.csv',
      ...columns,
      '--slice',
      'site',
      ...rules,
      '--json',
    );

    expect(one.code).toBe(two.code);
    expect(documentOf(one)).toEqual(documentOf(two));
    expect((documentOf(one) as CompareDocument).rules.map(({ evidence }) => evidence?.method)).toEqual(
      expect.arrayContaining(['delong', 'bca']),
    );
  });

  test('needs neither ids nor names of columns where it uses ours', async () => {
    const document = documentOf(await compare('--predictions', 'plain.csv', ...rules, '--json'));

    expect(document).toMatchObject({ verdict: 'pass', rules: [{ evidence: { n: 400 } }, {}, {}] });
  });

  test('rows in which something is missing are an error, or dropped on both sides and counted', async () => {
    const [header = '', first = '', ...rest] = readFileSync(join(folder, 'plain.csv'), 'utf8').split('\n');
    writeFileSync(join(folder, 'gaps.csv'), [header, first.replace(/,[^,]*$/, ',nan'), ...rest].join('\n'));
    const args = ['--predictions', 'gaps.csv', ...rules];

    expect((await compare(...args)).stderr).toContain(
      'Column "candidate.score" is NaN in row 1 of gaps.csv.',
    );
    expect(documentOf(await compare(...args, '--on-missing', 'drop', '--json'))).toMatchObject({
      rules: [{ evidence: { n: 399 } }, {}, {}],
      dropped: { candidate: 1, baseline: 1 },
    });
    expect((await compare(...args, '--on-missing', 'drop')).stdout).toContain(
      '1 row of the candidate was left out',
    );
  });

  test.each([
    [['--predictions', 'paired.csv', '--candidate', 'a.csv'], 'Both sides stand in the predictions file'],
    [['--predictions', 'paired.csv', '--column', 'score=score_base'], 'candidate.score, baseline.score'],
    [['--predictions', 'paired.csv', '--column', 'label=target'], 'has no column "candidate.prediction"'],
    [['--predictions', 'none.csv'], 'The predictions file none.csv does not exist.'],
    [
      ['--candidate', 'a.csv', '--baseline', 'b.csv', '--column', 'baseline.score=score'],
      'is a column of a file that holds two models',
    ],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await compare(...args);

    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
