/**
 * `npm run test:servers`: what takes long, or needs the real tools of others. Requests of a deployment disturbed one by one,
 * and rollbacks that wait for a GitHub that is gone; a file above 2 GiB; registries and signatures against an MLflow server,
 * GTO and model_signing; the router of examples/release before real HAProxy, model servers and Prometheus; the target `oip`
 * before MLServer; the target `directory` behind OpenSSH's server. Installs what it needs, 900 MB of Python packages;
 * further arguments go to jest. The last line is `N passed, N failed`.
 */
import { join } from 'node:path';
import { endWith, ensurePackages, log, root, runJest } from './jest.mjs';
import { ensurePython } from './python-env.mjs';

await endWith(async () => {
  ensurePackages();
  const { python, bin } = await ensurePython({
    name: 'registries',
    requirements: join(root, 'requirements/registries.txt'),
    log,
  });
  return runJest({
    args: ['--config=jest.servers.config.js', '--maxWorkers=1', ...process.argv.slice(2)],
    env: { TRAINYARD_TEST_PYTHON: python, TRAINYARD_TEST_BIN: bin },
  });
});
