/** The actions as users run them: actions/ beside dist/. */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../scripts/build.mjs';

/** Files of one checkout get their times within this. */
const checkoutMs = 60_000;

const newest = (folder) =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true }).map(
      (entry) => statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs,
    ),
  );

/** Folder that holds actions/ and a dist/ of the sources: the repository, else a copy in `folder` with a dist/ of its own. */
export function shippedActions(root, folder, log) {
  if (newest(join(root, 'dist')) + checkoutMs > newest(join(root, 'src'))) return root;
  log('dist/ is older than src/: bundling another one …');
  const copy = join(folder, 'shipped');
  mkdirSync(copy);
  cpSync(join(root, 'actions'), join(copy, 'actions'), { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{"type":"module"}');
  bundle(join(copy, 'dist'));
  return copy;
}

/** Files below `folder` that Node loaded as code, and their bytes, from what NODE_V8_COVERAGE left in `coverage`. */
export function loadedFrom(folder, coverage) {
  const results = readdirSync(coverage).flatMap(
    (name) => JSON.parse(readFileSync(join(coverage, name), 'utf8')).result,
  );
  const files = new Set(
    results
      .map(({ url }) => url)
      .filter((url) => url.startsWith('file:'))
      .map((url) => fileURLToPath(url))
      .filter((path) => path.startsWith(folder)),
  );
  return { files: [...files].sort(), bytes: [...files].reduce((sum, path) => sum + statSync(path).size, 0) };
}
