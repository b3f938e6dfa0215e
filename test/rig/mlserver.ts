import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
// @ts-expect-error the scripts are plain modules without types
import { ensurePython } from '../../scripts/python-env.mjs';
import { cleanEnvironment, makeFolder } from './command.ts';
import { freePorts, startServer } from './server-process.ts';

export interface MlserverRig {
  url: string;
  /** The folder that it reads models from. */
  repository: string;
  /** What the model answers; `null` when the server has none of that name. */
  answer(model: string): Promise<string | null>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** What a version of a model holds for MLServer: its runtime answers the text of `model.bin`. */
export function filesOf(model: string, version: string): Record<string, string> {
  const settings = {
    name: model,
    implementation: 'text_model.TextModel',
    parameters: { uri: './model.bin' },
  };
  return { 'model-settings.json': JSON.stringify(settings), 'model.bin': `model ${version}` };
}

/** A real MLServer on free ports of this machine, not started yet; it keeps ports and models when it starts anew. */
export async function makeMlserver(): Promise<MlserverRig> {
  const { bin } = await ensurePython({
    name: 'mlserver',
    requirements: resolve('requirements/mlserver.txt'),
    newest: [3, 12],
  });
  const folder = makeFolder();
  const repository = join(folder, 'models');
  const [http_port, grpc_port, metrics_port] = await freePorts(3);
  const ports = { http_port, grpc_port, metrics_port };
  mkdirSync(repository);
  writeFileSync(
    join(repository, 'settings.json'),
    JSON.stringify({ host: '127.0.0.1', ...ports, parallel_workers: 0 }),
  );
  const url = `http://127.0.0.1:${http_port}`;
  let close = async () => {};
  const start = async () => {
    ({ close } = await startServer({
      command: join(bin, 'mlserver'),
      args: ['start', repository],
      cwd: folder,
      env: { ...cleanEnvironment(folder), PYTHONPATH: resolve('test/rig/mlserver') },
      health: `${url}/v2/health/ready`,
    }));
  };
  return { url, repository, answer: (model) => answer(url, model), start, close: () => close() };
}

async function answer(url: string, model: string): Promise<string | null> {
  const inputs = [{ name: 'any', shape: [1], datatype: 'FP32', data: [0] }];
  const address = `${url}/v2/models/${model}/infer`;
  const reply = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs }),
  });
  if (reply.status === 404) return null;
  if (!reply.ok) throw new Error(`${address} answers ${reply.status}: ${await reply.text()}`);
  const { outputs } = (await reply.json()) as { outputs: [{ data: [string] }] };
  return outputs[0].data[0];
}
