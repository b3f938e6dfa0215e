import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createFolderRegistry } from '../../src/registry/folder/index.ts';
import { describeRegistry, versionOf } from '../contract/registry.ts';
import { makeFolder, makeRuntime, removeFolders } from '../git/repository.ts';

afterAll(removeFolders);

describeRegistry('folders', async () => {
  const folder = makeFolder();
  return { open: () => createFolderRegistry(makeRuntime(), folder), name: 'churn' };
});

test.each([
  ['is gone', (file: string) => rmSync(file), 'is missing'],
  ['grew', (file: string) => writeFileSync(file, 'weights!'), 'has 8 bytes instead of 7'],
  ['changed', (file: string) => writeFileSync(file, 'WEIGHTS'), 'has another digest'],
])(
  'a file that %s in the folder is refused, and nothing is left where it was to go',
  async (_name, spoil, said) => {
    const folder = makeFolder();
    const registry = createFolderRegistry(makeRuntime(), folder);
    const made = versionOf('1.0.0');
    await registry.publish(made);
    spoil(join(folder, 'churn/1.0.0/files/model/weights.bin'));
    const to = join(makeFolder(), 'to');

    await expect(registry.fetch(made.manifest, to)).rejects.toThrow(said);
    expect(await makeRuntime().files.info(to)).toBeNull();
  },
);
