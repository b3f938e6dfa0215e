import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/parse.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const listed = execFileSync('git', ['ls-files', '--', '*.md', 'examples/**/trainyard.yml'], {
  cwd: root,
  encoding: 'utf8',
});
const files = listed
  .split('\n')
  .filter((file) => file !== '' && !file.startsWith('test/') && existsSync(join(root, file)));

/** Configurations in a file: the file itself, or the fenced YAML of a page that starts with a version. */
function configurationsOf(file: string): [string, string][] {
  const text = readFileSync(join(root, file), 'utf8');
  if (!file.endsWith('.md')) return [[file, text]];
  return [...text.matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm)]
    .filter((match) => /^version: 1$/m.test(match[1] ?? ''))
    .map((match) => [`${file}:${text.slice(0, match.index).split('\n').length}`, match[1] ?? '']);
}

const configurations = files.flatMap(configurationsOf);

describe('configurations that users copy', () => {
  test('there are some, in the README and in the examples', () => {
    const places = configurations.map(([place]) => place.replace(/:\d+$/, ''));

    expect(places).toEqual(
      expect.arrayContaining([
        'README.md',
        'examples/flights/trainyard.yml',
        'examples/minimal/trainyard.yml',
      ]),
    );
  });

  test.each(configurations)('%s is valid', (place, text) => {
    expect(parseConfig(text, place).models.length).toBeGreaterThan(0);
  });
});
