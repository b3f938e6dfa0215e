/** Programs of benches bundled as actions are published, so that what is compared is loaded alike. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/**
 * Bundles a file of bench/ into `folder` by ncc.
 * @param {string} file such as `programs/github-ledger.mjs`
 * @returns {string} path of the program
 */
export function bundleProgram(file, folder) {
  const out = join(folder, file.replace(/\W+/g, '-'));
  const source = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const ncc = join(require.resolve('@vercel/ncc/package.json'), '../dist/ncc/cli.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [ncc, 'build', source, '-o', out, '-m', '-q'],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`ncc failed:\n${stdout}${stderr}`);
  return join(out, 'index.mjs');
}
