import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { renderCheck } from '../../src/report/check.ts';
import { renderComment } from '../../src/report/comment.ts';
import { renderPage } from '../../src/report/page.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { CASES } from './cases.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', 'golden', 'report');
const MARKER = '<!-- trainyard:report -->';

/** `UPDATE_GOLDEN=1` rewrites the files; without it a difference is a failure. */
async function expectGolden(name: string, actual: string): Promise<void> {
  const file = join(FOLDER, name);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await mkdir(FOLDER, { recursive: true });
    await writeFile(file, actual);
  }
  expect(actual).toBe(await readFile(file, 'utf8'));
}

describe.each(Object.entries(CASES))('report %s', (name, build) => {
  const report = build();
  const check = renderCheck(report, null, 'trainyard.yml');
  const comment = renderComment(report, MARKER);

  test('its comment is the golden one', () => expectGolden(`${name}.comment.md`, comment));

  test('its check is the golden one', () =>
    expectGolden(`${name}.check.json`, `${JSON.stringify(check, null, 2)}\n`));

  test('its page is the golden one', () =>
    expectGolden(`${name}.html`, renderPage(report, { comment, summary: renderSummary(report), check })));
});
