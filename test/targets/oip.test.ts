import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { nodeWeb } from '../../src/runtime/node/web.ts';
import { plugin } from '../../src/targets/oip/index.ts';
import { describeFence, describeTarget } from '../contract/target.ts';
import { writeVersion } from '../release/manifests.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { type RepositoryServer, startRepositoryServer } from './repository-server.ts';

const servers: RepositoryServer[] = [];

afterAll(async () => {
  for (const server of servers) await server.close();
  removeFolders();
});

async function makeTarget() {
  const root = makeFolder();
  const server = await startRepositoryServer(join(root, 'models'));
  servers.push(server);
  const runtime = createRuntime({ signal: new AbortController().signal });
  const place = { runtime, web: nodeWeb, root, environment: 'production', model: 'churn' };
  const target = plugin.create(place, { url: server.url, repository: 'models' });
  return { target, server, served: async () => server.loaded() };
}

describeTarget('a server with the repository API', makeTarget);
describeFence('a server with the repository API', makeTarget);

function version(number: number) {
  const folder = join(makeFolder(), 'model');
  const manifest = writeVersion(folder, `1.${number}.0`);
  const { model, model_version, digest } = manifest;
  const deployment = String(number).padStart(20, '0');
  return {
    folder,
    manifest,
    placement: { deployment, version: model_version, digest, model, fence: number },
  };
}

test('a load that fails leaves a candidate without traffic, and is made good by going back', async () => {
  const { target, server } = await makeTarget();
  const [one, two] = [version(1), version(2)];
  await target.stage(one.placement, one.manifest, one.folder);
  await target.promote(one.placement);
  await target.stage(two.placement, two.manifest, two.folder);
  server.failWith(500);
  await expect(target.shift(two.placement, 100)).rejects.toMatchObject({ name: 'UpstreamError' });
  expect(await target.current()).toMatchObject({
    stable: { version: '1.1.0' },
    candidate: { version: '1.2.0', weight: 0 },
  });
  await expect(target.rollback(two.placement, one.placement)).rejects.toMatchObject({
    name: 'UpstreamError',
  });
  expect((await target.current()).candidate).not.toBeNull();
  server.failWith(null);

  await target.rollback(two.placement, one.placement);

  expect(await target.current()).toMatchObject({ stable: { version: '1.1.0' }, candidate: null });
  expect(server.loaded()).toBe('model 1.1.0');
});

test('a server that is away is an error of the other side', async () => {
  const { target, server } = await makeTarget();
  const one = version(1);
  await target.stage(one.placement, one.manifest, one.folder);
  await server.close();
  servers.pop();

  await expect(target.shift(one.placement, 100)).rejects.toMatchObject({
    name: 'UpstreamError',
    retryable: true,
  });
  await expect(target.probe(one.placement)).resolves.toMatch(/told to load another/);
});
