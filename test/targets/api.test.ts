import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { targets } from '../../src/targets/api.ts';

const folders = readdirSync('src/targets', { withFileTypes: true }).filter((entry) => entry.isDirectory());

test('every folder is a target of its name, listed in order', async () => {
  const ids = Object.keys(targets);
  expect(ids).toEqual(folders.map(({ name }) => name).sort());

  for (const [id, load] of Object.entries(targets)) expect((await load()).id).toBe(id);
});

test('every target has a page', () => {
  for (const { name } of folders) expect(readdirSync(`src/targets/${name}`)).toContain('README.md');
});
