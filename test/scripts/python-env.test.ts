import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
// @ts-expect-error the scripts are plain modules without types
import { ensurePython, findPython, missingEnsurepip, pathWith } from '../../scripts/python-env.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-python-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that answers as a Python of this version would. */
async function pretendPython(name: string, answer: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho '${answer}'\n`);
  await chmod(path, 0o755);
  return path;
}

describe('finding a Python', () => {
  test('one that is too old is passed over for a newer one', async () => {
    const old = await pretendPython('old', '{"version":"3.9.2","platform":"x","ensurepip":true}');
    const young = await pretendPython('young', '{"version":"3.12.1","platform":"x","ensurepip":true}');

    expect(findPython([[old], [young]])).toMatchObject({ command: young, version: '3.12.1' });
  });

  test('when all are too old, they are named with their versions and a remedy', async () => {
    const old = await pretendPython('old', '{"version":"3.9.2","platform":"x","ensurepip":true}');

    expect(() => findPython([[old]])).toThrow(
      /3\.11 or newer is needed, but .*old is 3\.9\.2.*apt-get install/,
    );
  });

  test('one that is too new for the packages is passed over, and named when there is no other', async () => {
    const next = await pretendPython('next', '{"version":"3.13.0","platform":"x","ensurepip":true}');
    const fits = await pretendPython('fits', '{"version":"3.12.1","platform":"x","ensurepip":true}');

    expect(findPython([[next], [fits]], [3, 12])).toMatchObject({ command: fits });
    expect(() => findPython([[next]], [3, 12])).toThrow(/3\.11 to 3\.12 is needed, but .*next is 3\.13\.0/);
  });

  test('when there is none, it says so', () => {
    expect(() => findPython([[join(folder, 'nothing')]])).toThrow(/none is on PATH/);
  });

  test('a program that is no Python is passed over', async () => {
    const other = await pretendPython('other', 'hello');

    expect(() => findPython([[other]])).toThrow(/none is on PATH/);
  });

  test('a missing ensurepip is answered with the package to install', () => {
    expect(missingEnsurepip({ command: 'python3', version: '3.11.2' })).toContain(
      'apt-get install python3.11-venv',
    );
  });
});

describe('making an environment', () => {
  const requirements = () => join(folder, 'requirements.txt');
  const make = () =>
    ensurePython({ name: 'probe', requirements: requirements(), cache: join(folder, 'cache') });

  test('it is made once, works, and is made anew after an interruption or for other requirements', async () => {
    await writeFile(requirements(), '# nothing yet\n');
    const first = await make();
    const prefix = join(first.bin, '..');

    const printed = execFileSync(first.python, ['-c', 'import sys; print(sys.prefix != sys.base_prefix)'], {
      encoding: 'utf8',
    });
    expect(printed.trim()).toBe('True');
    await writeFile(join(prefix, 'kept'), '');
    expect(await make()).toEqual(first);
    expect(existsSync(join(prefix, 'kept'))).toBe(true);

    await rm(join(prefix, 'complete.json'));
    await make();
    expect(existsSync(join(prefix, 'kept'))).toBe(false);

    await writeFile(requirements(), '# something else\n');
    const second = await make();
    expect(second.bin).not.toBe(first.bin);
    expect(await readdir(join(folder, 'cache'))).toHaveLength(1);
  });

  test('a package without a hash is refused', async () => {
    await writeFile(requirements(), 'joblib==1.6.0\n');

    await expect(make()).rejects.toThrow(/hash/i);
  });

  test('its folder comes first on PATH', () => {
    expect(pathWith('/env/bin', { PATH: '/usr/bin', HOME: '/h' })).toEqual({
      PATH: `/env/bin${delimiter}/usr/bin`,
      HOME: '/h',
    });
  });
});
