/**
 * The rigs for plain Node, which reads no TypeScript: compiled once for each state of their sources, under
 * .cache/compiled. For benches, proofs and processes of their own; jest imports the sources themselves.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const kept = join(root, '.cache/compiled');
const staleMs = 24 * 3600 * 1000;

/** The fake GitHub with its artifact service, in this process: all that test/rig/github/index.ts exports. */
export async function loadRig() {
  const folder = compiledFolder(['test/rig/github', 'test/rig/results']);
  return import(pathToFileURL(join(folder, 'test/rig/github/index.js')).href);
}

/**
 * A folder that holds these folders of the repository under their own names, as JavaScript. The first of several
 * processes to finish gives it its name.
 * @param {readonly string[]} folders such as `src` or `test/rig/github`
 */
export function compiledFolder(folders) {
  const files = folders.flatMap((folder) => filesBelow(folder));
  const target = join(kept, stateOf(files));
  if (existsSync(target)) return target;
  mkdirSync(kept, { recursive: true });
  removeStale();
  const making = mkdtempSync(join(kept, 'making-'));
  for (const file of files) compileFile(file, making);
  try {
    renameSync(making, target);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(test|d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'))
    .sort();
}

function stateOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { mtimeMs, size } = statSync(join(root, file));
    hash.update(`${file}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex').slice(0, 20);
}

/** Target and rewriting as in test/runtime/compiled.ts; packages are found in the repository, which is above. */
function compileFile(file, into) {
  const target = join(into, file);
  mkdirSync(dirname(target), { recursive: true });
  if (!file.endsWith('.ts')) return copyFileSync(join(root, file), target);
  const jsc = { parser: { syntax: 'typescript' }, target: 'es2022', rewriteRelativeImportExtensions: true };
  const { code } = transformSync(readFileSync(join(root, file), 'utf8'), {
    filename: file,
    swcrc: false,
    jsc,
    module: { type: 'es6' },
    sourceMaps: 'inline',
  });
  writeFileSync(target.replace(/\.ts$/, '.js'), code);
}

function removeStale() {
  for (const name of readdirSync(kept)) {
    const path = join(kept, name);
    if (Date.now() - statSync(path).mtimeMs > staleMs) rmSync(path, { recursive: true, force: true });
  }
}
