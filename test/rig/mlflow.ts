import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cleanEnvironment, makeFolder } from './command.ts';

export interface MlflowRig {
  url: string;
  close(): Promise<void>;
}

/** A real MLflow server on a free port of this machine; it keeps artifacts itself unless `artifacts` says no. */
export async function startMlflow({ artifacts = true } = {}): Promise<MlflowRig> {
  const folder = makeFolder();
  const port = await freePort();
  const python = process.env['TRAINYARD_TEST_PYTHON'];
  if (!python) throw new Error('Run it with npm run test:servers.');
  const place = artifacts ? '--artifacts-destination' : '--default-artifact-root';
  const args = ['-m', 'mlflow', 'server', '--backend-store-uri', `sqlite:///${folder}/m.db`];
  const served = ['--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const child = spawn(python, [...args, place, `file://${join(folder, 'artifacts')}`, ...served], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...cleanEnvironment(folder),
      PATH: `${process.env['TRAINYARD_TEST_BIN']}:${process.env['PATH']}`,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await isHealthy(url)); tries += 1) {
    if (tries > 600 || child.exitCode !== null) throw new Error(`MLflow did not start:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { url, close: () => ended(child) };
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

/** The server and its workers, which are one group. */
function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.pid === undefined) return resolve();
    child.on('close', () => resolve());
    process.kill(-child.pid, 'SIGKILL');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
