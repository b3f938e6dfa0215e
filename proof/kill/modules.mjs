import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const paths = {
  errors: 'core/errors.js',
  fence: 'targets/fence.js',
  directory: 'targets/directory/index.js',
  oip: 'targets/oip/index.js',
  files: 'runtime/node/files.js',
  deploy: 'verbs/deploy.js',
  rollback: 'verbs/rollback.js',
  reconcile: 'verbs/reconcile.js',
};

/** What is proved, from a folder of compiled sources. */
export async function loadModules(folder) {
  const loaded = await Promise.all(
    Object.entries(paths).map(async ([name, path]) => [
      name,
      await import(pathToFileURL(join(folder, 'src', path)).href),
    ]),
  );
  const { errors, fence, directory, oip, files, deploy, rollback, reconcile } = Object.fromEntries(loaded);
  const verbs = { ...deploy, ...rollback, ...reconcile };
  const never = new AbortController().signal;
  return {
    errors,
    fence,
    directory: directory.plugin,
    oip: oip.plugin,
    nodeFiles: files.createFiles(1, never),
    verbs,
  };
}
