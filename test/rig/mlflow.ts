import { join } from 'node:path';
import { cleanEnvironment, makeFolder } from './command.ts';
import { freePorts, startServer } from './server-process.ts';

export interface MlflowRig {
  url: string;
  close(): Promise<void>;
}

/** A real MLflow server on a free port of this machine; it keeps artifacts itself unless `artifacts` says no. */
export async function startMlflow({ artifacts = true } = {}): Promise<MlflowRig> {
  const folder = makeFolder();
  const [port] = await freePorts(1);
  const python = process.env['TRAINYARD_TEST_PYTHON'];
  if (!python) throw new Error('Run it with npm run test:servers.');
  const place = artifacts ? '--artifacts-destination' : '--default-artifact-root';
  const args = ['-m', 'mlflow', 'server', '--backend-store-uri', `sqlite:///${folder}/m.db`];
  const served = ['--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const url = `http://127.0.0.1:${port}`;
  const { close } = await startServer({
    command: python,
    args: [...args, place, `file://${join(folder, 'artifacts')}`, ...served],
    cwd: folder,
    env: {
      ...cleanEnvironment(folder),
      PATH: `${process.env['TRAINYARD_TEST_BIN']}:${process.env['PATH']}`,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    },
    health: `${url}/health`,
  });
  return { url, close };
}
