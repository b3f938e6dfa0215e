import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createLocalLocks } from '../../src/platform/local/locks.ts';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';

afterAll(removeFolders);

const runtime = createRuntime({ signal: new AbortController().signal });
const holder = (token: string, life: unknown = runtime.processes.self()) => ({
  ...{ token, purpose: 'deploy', since: '2026-01-01T00:00:00.000Z', life, url: null },
});

test('a lock is taken once, given back and taken again', async () => {
  const locks = createLocalLocks(runtime, makeFolder());
  const free = await locks.see('production');
  expect(free).toEqual({ holder: null, mark: null });

  expect(await locks.change('production', free, holder('a'))).toBe('changed');
  expect(await locks.change('production', free, holder('b'))).toBe('moved');

  const taken = await locks.see('production');
  expect(taken.holder?.token).toBe('a');
  expect(await locks.change('production', taken, null)).toBe('changed');
  const again = await locks.see('production');
  expect(again.holder).toBeNull();
  expect(await locks.change('production', taken, holder('c'))).toBe('moved');
  expect(await locks.change('production', again, holder('c'))).toBe('changed');
});

test('of twenty that saw the same dead holder one takes over', async () => {
  const folder = makeFolder();
  const locks = createLocalLocks(runtime, folder);
  await locks.change(
    'production',
    await locks.see('production'),
    holder('dead', { pid: 2 ** 30, host: 'h' }),
  );
  const seen = await locks.see('production');

  const changes = await Promise.all(
    Array.from({ length: 20 }, (_, i) => locks.change('production', seen, holder(`${i}`))),
  );

  expect(changes.filter((change) => change === 'changed')).toHaveLength(1);
  expect(readdirSync(join(folder, 'production'))).toHaveLength(1);
});

test('twenty that take and give back in turn never hold it at once', async () => {
  const locks = createLocalLocks(runtime, makeFolder());
  let holding = 0;
  const turns: string[] = [];
  const take = async (token: string) => {
    for (;;) {
      const seen = await locks.see('production');
      if (seen.holder === null && (await locks.change('production', seen, holder(token))) === 'changed')
        break;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    holding += 1;
    expect(holding).toBe(1);
    turns.push(token);
    await new Promise((resolve) => setTimeout(resolve, 1));
    holding -= 1;
    expect(await locks.change('production', await locks.see('production'), null)).toBe('changed');
  };

  await Promise.all(Array.from({ length: 20 }, (_, i) => take(`${i}`)));

  expect(new Set(turns).size).toBe(20);
});

test('a holder lives as long as its process', async () => {
  const locks = createLocalLocks(runtime, makeFolder());
  const { host } = runtime.processes.self();

  expect(await locks.lives(holder('a'))).toBe(true);
  expect(await locks.lives(holder('a', { pid: 2 ** 30, host, started: null }))).toBe(false);
  expect(await locks.lives(holder('a', { ...runtime.processes.self(), started: 'another boot' }))).toBe(
    false,
  );
  expect(await locks.lives(holder('a', 'nonsense'))).toBe(false);
});

test('environments have locks of their own, and no name leads elsewhere', async () => {
  const locks = createLocalLocks(runtime, makeFolder());
  await locks.change('production', await locks.see('production'), holder('a'));

  expect((await locks.see('staging')).holder).toBeNull();
  await expect(locks.see('../production')).rejects.toMatchObject({ name: 'ConfigError' });
});
