import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMlflowRegistry } from '../../src/registry/mlflow/index.ts';
import { describeRegistry, versionOf } from '../contract/registry.ts';
import { makeFolder, makeRuntime, removeFolders } from '../git/repository.ts';
import { type MlflowRig, startMlflow } from '../rig/mlflow.ts';

let rig: MlflowRig;
beforeAll(async () => {
  rig = await startMlflow();
});
afterAll(async () => {
  await rig.close();
  removeFolders();
});

const open = (url = rig.url, env: Record<string, string> = {}) =>
  createMlflowRegistry(makeRuntime({ env }), url);
const ask = async (path: string, body?: object) => {
  const sent = body && {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  };
  const answer = await fetch(`${rig.url}/api/2.0/mlflow/${path}`, sent);
  // biome-ignore lint/suspicious/noExplicitAny: what MLflow answers is looked at, not typed.
  return (await answer.json()) as any;
};

/** Each test has a model of its own on the one server. */
let made = 0;
describeRegistry('an MLflow server', async () => {
  made += 1;
  return { open: () => open(), name: `model-${made}` };
});

describe('a version in MLflow', () => {
  test('is a model version with an alias, tags and a finished run that shows the metrics', async () => {
    const metric = { slice: null, class: null, state: 'ok', direction: 'higher', n: 400 } as const;
    const metrics = [
      { ...metric, name: 'accuracy', value: 0.9 },
      { ...metric, name: 'f1', value: null, state: 'undefined' as const },
      { ...metric, name: 'accuracy', value: 0.8, slice: 'region=north' },
    ];
    await open().publish(
      versionOf('1.2.0-rc.1', { 'm.bin': 'x' }, { model: 'shown', metrics, commit: 'a'.repeat(40) }),
    );

    const { model_version: version } = await ask('registered-models/alias?name=shown&alias=v1_2_0-rc_1');
    expect(version).toMatchObject({ version: '1', status: 'READY' });
    expect(version.tags).toContainEqual({ key: 'trainyard.version', value: '1.2.0-rc.1' });
    const { run } = await ask(`runs/get?run_id=${version.run_id}`);
    expect(run.info.status).toBe('FINISHED');
    expect(run.data.metrics).toMatchObject([{ key: 'accuracy', value: 0.9 }]);
  });

  test('is not there before its alias is, and is made by the next try', async () => {
    await ask('registered-models/create', { name: 'half' });
    expect(await open().find('half', '1.0.0')).toBeNull();
    expect(await open().versions('half')).toEqual([]);
    expect(await open().publish(versionOf('1.0.0', { a: 'b' }, { model: 'half' }))).toMatchObject({
      result: 'created',
    });
  });

  test('somebody else made, and aliases of theirs, are no versions of ours', async () => {
    await ask('registered-models/create', { name: 'theirs' });
    await ask('model-versions/create', { name: 'theirs', source: 's3://bucket/model' });
    for (const alias of ['champion', 'v2_0_0'])
      await ask('registered-models/alias', { name: 'theirs', alias, version: '1' });

    expect(await open().versions('theirs')).toEqual(['2.0.0']);
    await expect(open().find('theirs', '2.0.0')).rejects.toThrow('was not registered by Trainyard');
  });
});

describe('a server', () => {
  test('that keeps no artifacts itself is refused before a file is sent', async () => {
    const other = await startMlflow({ artifacts: false });
    try {
      await expect(open(other.url).publish(versionOf('1.0.0'))).rejects.toMatchObject({
        name: 'ConfigError',
        hint: expect.stringContaining('--artifacts-destination'),
      });
    } finally {
      await other.close();
    }
  });

  test('that is not there is no verdict on the model', async () => {
    const runtime = makeRuntime();
    const quick = { ...runtime, clock: { ...runtime.clock, sleep: async () => {} } };
    const registry = createMlflowRegistry(quick, 'http://127.0.0.1:9');
    await expect(registry.find('churn', '1.0.0')).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: true,
    });
  });

  test('that asks who we are is told by the variables of its own client, else says which', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(401).end('no');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const env of [
      { MLFLOW_TRACKING_TOKEN: 't' },
      { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'p' },
    ])
      await expect(open(url, env).versions('churn')).rejects.toMatchObject({
        name: 'ConfigError',
        expected: expect.stringContaining('MLFLOW_TRACKING_TOKEN'),
      });
    server.close();
    expect(asked).toEqual(['Bearer t', `Basic ${Buffer.from('ada:p').toString('base64')}`]);
  });
});

test('what is fetched comes in streams: a file of 64 MB is whole', async () => {
  const big = 'x'.repeat(64 << 20);
  const made = versionOf('1.0.0', { 'big.bin': big }, { model: 'big' });
  await open().publish(made);
  const folder = join(makeFolder(), 'to');
  await open().fetch(made.manifest, folder);
  expect((await makeRuntime().files.info(join(folder, 'big.bin')))?.bytes).toBe(64 << 20);
});
