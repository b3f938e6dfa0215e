import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
// @ts-expect-error the scripts are plain modules without types
import { anchorsOf, brokenLinks, linksOf } from '../../scripts/links.mjs';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'trainyard-links-'));
  await mkdir(join(root, 'docs'));
  await writeFile(join(root, 'docs/there.md'), '# Over there\n\n## It is `so`!\n\n## It is so\n');
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function problemsOf(text: string): Promise<string[]> {
  await writeFile(join(root, 'README.md'), text);
  return brokenLinks(root, ['README.md']);
}

describe('links of the documentation', () => {
  test.each([
    ['a file', '[a](docs/there.md)'],
    ['a folder', '[a](docs)'],
    ['a heading', '[a](docs/there.md#over-there)'],
    ['a heading of the same file', '# Top\n\n[a](#top)'],
    ['another host', '[a](https://example.invalid/x)'],
    ['the code host itself', '[a](../../issues)'],
    ['what is only code', '`[a](gone.md)`\n\n```md\n[b](gone.md)\n```\n'],
  ])('a link to %s is good', async (_what, text) => {
    expect(await problemsOf(text)).toEqual([]);
  });

  test.each([
    ['a file that is gone', 'one\n\n[a](docs/gone.md)', 'README.md:3: docs/gone.md leads nowhere'],
    ['a heading that is gone', '[a](docs/there.md#here)', 'README.md:1: docs/there.md#here: no such heading'],
    ['a picture that is gone', '<img src="docs/gone.png">', 'README.md:1: docs/gone.png leads nowhere'],
    ['a definition', '[a]: docs/gone.md', 'README.md:1: docs/gone.md leads nowhere'],
  ])('a link to %s is named with its line', async (_what, text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  test('equal headings get numbered anchors, as on GitHub', () => {
    expect(anchorsOf('# It is `so`!\n\n## It is so\n\n## It is so\n')).toEqual([
      'it-is-so',
      'it-is-so-1',
      'it-is-so-2',
    ]);
  });

  test('every kind of link is found on its line', () => {
    const found = linksOf('[a](one)\n<a href="two">\n\n[x]: three\n');

    expect(found).toEqual([
      { target: 'one', line: 1 },
      { target: 'two', line: 2 },
      { target: 'three', line: 4 },
    ]);
  });
});
