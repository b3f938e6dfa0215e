import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import type { CompareDocument } from '../../src/verbs/compare.ts';
import { documentOf, makeFolder, removeFolders, runCommand } from '../rig/command.ts';

afterAll(removeFolders);

const page = readFileSync(fileURLToPath(new URL('../../docs/statistics.md', import.meta.url)), 'utf8');
const chapter = page.split('\n## One verdict by hand\n')[1]?.split('\n## ')[0] ?? '';

/** The code blocks of the chapter, in order: rows, command, evidence, what the script prints, the script. */
const [rows, , evidence, printed, script] = [...chapter.matchAll(/^```\w*\n(.*?)^```$/gms)].map(
  ([, text]) => text as string,
) as [string, string, string, string, string];

function python(folder: string, code: string, ...args: string[]): string {
  const command = process.env['TRAINYARD_TEST_PYTHON'];
  if (!command)
    throw new Error('TRAINYARD_TEST_PYTHON is not set: run "npm test", which makes an environment.');
  writeFileSync(join(folder, 'script.py'), code);
  const run = spawnSync(command, ['script.py', ...args], { cwd: folder, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}

test('the verdict of the page is the one a reader gets, by the command and by hand', async () => {
  const folder = makeFolder();
  python(folder, rows);
  const sides = ['--candidate', 'candidate.csv', '--baseline', 'baseline.csv'];
  const rule = 'mean_absolute_error:max-rise=0.5';
  const finished = await runCommand(['compare', ...sides, '--rule', rule, '--json'], folder);
  const { rules } = documentOf(finished) as CompareDocument;
  const found = rules[0]?.evidence;
  expect(found).toEqual(JSON.parse(evidence));

  const answer = python(folder, script, found?.seed ?? '', '');
  expect(answer).toBe(printed);
  const [estimate, , interval = '', level] = answer.split('\n');
  expect(Number(estimate)).toBe(found?.estimate);
  expect(interval.split(' ').map(Number)).toEqual(found?.interval?.map((end) => Number(end.toFixed(6))));
  expect(Number(level)).toBeCloseTo(found?.pFail as number, 6);
});
