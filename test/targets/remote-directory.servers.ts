import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { nodeWeb } from '../../src/runtime/node/web.ts';
import { plugin } from '../../src/targets/directory/index.ts';
import { describeFence, describeKept, describeTarget } from '../contract/target.ts';
import { writeVersion } from '../release/manifests.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { type SshServer, startSshServer } from '../rig/ssh-server.ts';

let server: SshServer;
beforeAll(async () => {
  server = await startSshServer();
});
afterAll(async () => {
  await server?.close();
  removeFolders();
});

/** Each test has a folder of its own on the one host. */
let made = 0;
function makeRemote(client = server.client) {
  made += 1;
  const folder = join(server.folder, `srv '${made}'`);
  const env = { PATH: `${client}:${process.env['PATH']}` };
  const runtime = { ...createRuntime({ signal: new AbortController().signal }), env };
  const place = { runtime, web: nodeWeb, root: makeFolder(), environment: 'production', model: 'churn' };
  return {
    target: plugin.create(place, { host: server.host, port: server.port, path: folder }),
    folder,
    async served() {
      try {
        return readFileSync(join(folder, 'current/model.bin'), 'utf8');
      } catch {
        return null;
      }
    },
  };
}

describeTarget('a folder behind sshd', async () => makeRemote());
describeFence('a folder behind sshd', async () => makeRemote());
describeKept('a folder behind sshd', async () => makeRemote());

test('files of many megabytes arrive whole', async () => {
  const { target, served } = makeRemote();
  const folder = join(makeFolder(), 'model');
  const text = '0123456789abcdef'.repeat(1 << 20);
  const manifest = writeVersion(folder, '1.0.0', {}, { 'model.bin': text });
  const { model, digest } = manifest;
  const placement = { deployment: '1'.repeat(20), version: '1.0.0', digest, model, fence: 1 };

  await target.stage(placement, manifest, folder);
  await target.promote(placement);

  expect((await served()) === text).toBe(true);
});

test('a host with another key than the known one is not trusted', async () => {
  const { target } = makeRemote(server.stranger);

  await expect(target.current()).rejects.toMatchObject({
    name: 'UpstreamError',
    message: expect.stringContaining('Host key verification failed'),
  });
});
