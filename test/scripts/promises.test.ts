import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { version } from '../../src/version.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('promises of the repository', () => {
  test('the version in the sources is that of package.json and of the change log', () => {
    expect(version).toBe(JSON.parse(read('package.json')).version);
    expect(read('CHANGELOG.md')).toContain(`## [${version}]`);
  });

  test('every Python package is pinned to one version with hashes, and no host is named', () => {
    for (const file of [
      'examples/flights/requirements.txt',
      'examples/flights/requirements-data.txt',
      'requirements/test.txt',
    ]) {
      const entries = read(file)
        .replaceAll('\\\n', ' ')
        .split('\n')
        .filter((line) => line !== '');

      expect(entries.length).toBeGreaterThan(0);
      for (const entry of entries)
        expect(entry).toMatch(/^[a-z0-9-]+==[\w.]+( ; [^:]+)?( +--hash=sha256:[0-9a-f]{64})+ *$/);
    }
  });

  test('the license is the whole of Apache-2.0, as package.json says', () => {
    expect(JSON.parse(read('package.json')).license).toBe('Apache-2.0');
    expect(read('LICENSE')).toMatch(
      /Apache License\s+Version 2\.0, January 2004[\s\S]*END OF TERMS AND CONDITIONS/,
    );
  });

  test('every decision says its context, the decision and its consequences', () => {
    const files = readdirSync(join(root, 'docs/decisions')).filter((file) => /^\d{4}-.*\.md$/.test(file));

    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const headings = [...read(`docs/decisions/${file}`).matchAll(/^## (.*)$/gm)].map((match) => match[1]);
      expect([file, ...headings]).toEqual([file, 'Context', 'Decision', 'Consequences']);
    }
  });
});
