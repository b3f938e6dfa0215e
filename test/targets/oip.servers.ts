import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { nodeWeb } from '../../src/runtime/node/web.ts';
import { plugin } from '../../src/targets/oip/index.ts';
import { describeTarget } from '../contract/target.ts';
import { writeVersion } from '../release/manifests.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { filesOf, type MlserverRig, makeMlserver } from '../rig/mlserver.ts';

let server: MlserverRig;
beforeAll(async () => {
  server = await makeMlserver();
  await server.start();
});
afterAll(async () => {
  await server.close();
  removeFolders();
});

/** Each test has a model of its own on the one server. */
let made = 0;
let model = '';
async function makeTarget() {
  made += 1;
  model = `churn-${made}`;
  const name = model;
  const { url, repository } = server;
  const runtime = createRuntime({ signal: new AbortController().signal });
  const place = { runtime, web: nodeWeb, root: makeFolder(), environment: 'production', model: 'churn' };
  const target = plugin.create(place, { url, repository, model: name });
  return { target, served: () => server.answer(name) };
}

describeTarget('MLServer', makeTarget, (version) => filesOf(model, version));

/** A version on the target, staged. */
async function staged(
  { target }: Awaited<ReturnType<typeof makeTarget>>,
  number: number,
  changed: Record<string, string> = {},
) {
  const folder = join(makeFolder(), 'model');
  const version = `1.${number}.0`;
  const manifest = writeVersion(folder, version, {}, { ...filesOf(model, version), ...changed });
  const deployment = String(number).padStart(20, '0');
  const placement = { deployment, version, digest: manifest.digest, model: 'churn', fence: number };
  await target.stage(placement, manifest, folder);
  return placement;
}

test.each([
  ['of another name', () => ({ 'model-settings.json': filesOf('other', '')['model-settings.json'] ?? '' })],
  ['that its runtime cannot read', () => ({ 'model.bin': 'no model' })],
])('a model %s is refused by the server, and the one before comes back', async (_, changed) => {
  const made = await makeTarget();
  const { target, served } = made;
  const one = await staged(made, 1);
  await target.promote(one);
  const two = await staged(made, 2, changed());

  await expect(target.shift(two, 100)).rejects.toMatchObject({ name: 'UpstreamError' });

  expect(await served()).toBe('model 1.1.0');
  expect(await target.probe(two)).not.toBeNull();
  expect(await target.current()).toMatchObject({
    stable: { version: '1.1.0' },
    candidate: { version: '1.2.0', weight: 0 },
  });
  await target.rollback(two, one);
  expect(await target.current()).toMatchObject({ stable: { version: '1.1.0' }, candidate: null });
  expect(await served()).toBe('model 1.1.0');
});

test('a server that is away is an error of the other side; started anew it serves what was promoted', async () => {
  const made = await makeTarget();
  const { target, served } = made;
  const one = await staged(made, 1);
  await target.promote(one);
  const two = await staged(made, 2);
  await target.promote(two);
  const three = await staged(made, 3);

  await server.close();
  await expect(target.shift(three, 100)).rejects.toMatchObject({ name: 'UpstreamError', retryable: true });
  await expect(target.rollback(three, two)).rejects.toMatchObject({ name: 'UpstreamError' });
  await server.start();
  expect(await served()).toBe('model 1.2.0');

  await target.rollback(three, two);
  expect(await target.current()).toMatchObject({ stable: { version: '1.2.0' }, candidate: null });
  expect(await target.probe(two)).toBeNull();
  expect(await served()).toBe('model 1.2.0');
});
