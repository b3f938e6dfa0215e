/**
 * `npm test`: sets up what the tests need on a machine with only Node, Python and git, then runs jest.
 * Further arguments go to jest, as in `npm test -- test/core`. The last line is `N passed, N failed`.
 */
import { join } from 'node:path';
import { endWith, ensurePackages, log, root, runJest } from './jest.mjs';
import { ensurePython } from './python-env.mjs';

await endWith(async () => {
  ensurePackages();
  const { python } = await ensurePython({
    name: 'test',
    requirements: join(root, 'requirements/test.txt'),
    log,
  });
  const args = ['--maxWorkers=2', ...process.argv.slice(2)];
  return runJest({ args, env: { TRAINYARD_TEST_PYTHON: python } });
});
