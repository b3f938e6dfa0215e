import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { repositoryRoot } from '../rig/build.ts';

const yaml = (path: string) => parse(readFileSync(join(repositoryRoot, path), 'utf8'));

test('our own pull requests are gated by the example as its readers see it', async () => {
  const { version, model, ...example } = yaml('examples/flights/trainyard.yml');

  expect(yaml('.github/trainyard.yml')).toEqual({
    version,
    models: { [model]: { path: 'examples/flights', ...example } },
  });
  const { models } = await loadConfig(createRuntime().files, repositoryRoot);
  expect(Object.keys(models)).toHaveLength(1);
});
