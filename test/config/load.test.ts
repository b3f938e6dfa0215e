import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findConfig } from '../../src/config/find.ts';
import { loadConfig } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { ConfigError } from '../../src/core/errors.ts';
import { createFiles } from '../../src/runtime/node/files.ts';

const files = createFiles(2, new AbortController().signal);
const text = 'version: 1\nmodel: churn\n';
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trainyard-config-'));
  await mkdir(join(root, '.github'));
});

afterEach(() => rm(root, { recursive: true }));

async function refused(): Promise<ConfigError> {
  const error = await loadConfig(files, root).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  return error as ConfigError;
}

describe('loadConfig', () => {
  test.each(['trainyard.yml', '.github/trainyard.yml'])('reads %s', async (file) => {
    await writeFile(join(root, file), text);

    expect(await loadConfig(files, root)).toMatchObject({
      version: 1,
      file,
      text,
      models: [{ name: 'churn' }],
    });
  });

  test('without a file says so and shows the shortest one, which is valid', async () => {
    const error = await refused();

    expect(error.message).toBe('There is no trainyard.yml in this project.');
    expect(error.hint).toMatch(/^Write one; the shortest is:\nversion: 1\n/);
    const example = error.hint?.slice(error.hint.indexOf('\n') + 1) ?? '';
    expect(parseConfig(example, 'trainyard.yml').models[0]?.policy.rules).toHaveLength(1);
  });

  test('findConfig without a file is null', async () => {
    expect(await findConfig(files, root)).toBeNull();
  });

  test('a file of nearly the right name is named', async () => {
    await writeFile(join(root, 'trainyard.yaml'), text);

    expect((await refused()).hint).toBe('Rename trainyard.yaml to trainyard.yml.');
  });

  test('two files are refused', async () => {
    await writeFile(join(root, 'trainyard.yml'), text);
    await writeFile(join(root, '.github/trainyard.yml'), text);

    expect((await refused()).message).toBe(
      'There are two configurations: trainyard.yml and .github/trainyard.yml.',
    );
  });

  test('a folder is refused', async () => {
    await mkdir(join(root, 'trainyard.yml'));

    expect((await refused()).message).toBe('trainyard.yml is a folder.');
  });

  test.each([
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), 'trainyard.yml is UTF-16.', 1, 1],
    ['Latin-1', Buffer.from('version: 1\nmodel: café\n', 'latin1'), 'trainyard.yml is not UTF-8.', 2, 11],
  ])('%s is refused where it begins', async (_name, bytes, message, line, column) => {
    await writeFile(join(root, 'trainyard.yml'), bytes);

    const error = await refused();
    expect(error.message).toBe(message);
    expect(error.place).toEqual({ file: 'trainyard.yml', line, column });
    expect(error.hint).toBe('Save the file as UTF-8.');
  });

  test('a file far too large is refused unread', async () => {
    await writeFile(join(root, 'trainyard.yml'), Buffer.alloc(5_000_000, '#'));

    expect((await refused()).message).toBe(
      'trainyard.yml has 5000000 bytes; a configuration has at most 1048576 characters.',
    );
  });
});
