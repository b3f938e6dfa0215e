import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { nodeWeb } from '../../src/runtime/node/web.ts';
import { plugin } from '../../src/targets/directory/index.ts';
import { describeFence, describeKept, describeTarget } from '../contract/target.ts';
import { writeVersion } from '../release/manifests.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';

afterAll(removeFolders);

function makeTarget(root = makeFolder(), keep = 3) {
  const runtime = createRuntime({ signal: new AbortController().signal });
  const place = { runtime, web: nodeWeb, root, environment: 'production', model: 'churn' };
  return {
    target: plugin.create(place, { path: 'srv', keep }),
    folder: join(root, 'srv'),
    async served() {
      try {
        return readFileSync(join(root, 'srv/current/model.bin'), 'utf8');
      } catch {
        return null;
      }
    },
  };
}

describeTarget('a folder', async () => makeTarget());
describeFence('a folder', async () => makeTarget());
describeKept('a folder', async () => makeTarget());

function placed(version: string, fence: number) {
  const folder = join(makeFolder(), 'model');
  const manifest = writeVersion(folder, version);
  const { model, digest } = manifest;
  return {
    folder,
    manifest,
    placement: { deployment: String(fence).padStart(20, '0'), version, digest, model, fence },
  };
}

test('as many versions stay as were asked for, the newest', async () => {
  const { target, folder } = makeTarget(makeFolder(), 2);
  for (const number of [1, 2, 3, 4]) {
    const { placement, manifest, folder: from } = placed(`1.${number}.0`, number);
    await target.stage(placement, manifest, from);
    await target.promote(placement);
    await target.retire(placement);
  }

  expect(readdirSync(join(folder, 'versions'))).toEqual(['00000000000000000003', '00000000000000000004']);
});

test('files on another disk are copied and verified; those that differ are never served', async () => {
  const root = makeFolder();
  const runtime = createRuntime({ signal: new AbortController().signal });
  const rename = async (from: string, to: string) => {
    if (!from.startsWith(root)) throw new Error('EXDEV: cross-device link not permitted');
    await runtime.files.rename(from, to);
  };
  const place = { ...{ web: nodeWeb, root, environment: 'production', model: 'churn' } };
  const target = plugin.create(
    { ...place, runtime: { ...runtime, files: { ...runtime.files, rename } } },
    { path: 'srv' },
  );
  const [torn, whole] = [placed('1.0.0', 1), placed('1.1.0', 2)];
  writeFileSync(join(torn.folder, 'model.bin'), 'model 9.9.9');

  await expect(target.stage(torn.placement, torn.manifest, torn.folder)).rejects.toThrow(
    /"model.bin" has another digest/,
  );
  await expect(target.shift(torn.placement, 100)).rejects.toMatchObject({ name: 'ConfigError' });
  await target.stage(whole.placement, whole.manifest, whole.folder);
  await target.promote(whole.placement);

  expect(readFileSync(join(root, 'srv/current/model.bin'), 'utf8')).toBe('model 1.1.0');
});

test('a folder that somebody put in place of the link is left alone', async () => {
  const { target, folder, served } = makeTarget();
  mkdirSync(join(folder, 'current'), { recursive: true });
  writeFileSync(join(folder, 'current/model.bin'), 'mine');
  const { placement, manifest, folder: from } = placed('1.0.0', 1);
  await target.stage(placement, manifest, from);

  await expect(target.shift(placement, 100)).rejects.toThrow(/is there and is no link/);
  expect(await served()).toBe('mine');
});

test('a version that was deleted by hand is not switched to', async () => {
  const { target, folder, served } = makeTarget();
  const [one, two] = [placed('1.0.0', 1), placed('1.1.0', 2)];
  for (const { placement, manifest, folder: from } of [one, two]) {
    await target.stage(placement, manifest, from);
    await target.promote(placement);
  }
  rmSync(join(folder, 'versions', one.placement.deployment), { recursive: true });

  await expect(target.rollback(two.placement, one.placement)).rejects.toThrow(/is no longer in/);
  expect(await served()).toBe('model 1.1.0');
});
