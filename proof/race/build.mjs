/** src/ and the GitHub for tests as JavaScript that plain node runs, compiled once for each state of the sources. */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const kept = join(root, '.cache/race');
const parts = ['src', 'test/rig', 'test/ledger'];
const staleMs = 24 * 3600 * 1000;

/** Folder of the compiled sources. */
export function compiled() {
  const target = join(kept, stateOfSources());
  if (!existsSync(target)) make(target, (folder) => compileAll(folder));
  return target;
}

/** A copy of the compiled sources in which one text of one file of src/ is another; removed by the caller. */
export function mutated(file, from, to) {
  const folder = mkdtempSync(join(kept, 'making-'));
  cpSync(compiled(), folder, { recursive: true, verbatimSymlinks: true });
  const source = readFileSync(join(root, 'src', file), 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${file} does not have this text once: ${from}`);
  writeFileSync(join(folder, 'src', file.replace(/\.ts$/, '.js')), compile(source.replace(from, () => to)));
  return folder;
}

/** Imports a module of a compiled folder by its path in the repository. */
export const load = (folder, path) => import(pathToFileURL(join(folder, path.replace(/\.ts$/, '.js'))).href);

function make(target, fill) {
  mkdirSync(kept, { recursive: true });
  for (const name of readdirSync(kept)) {
    if (Date.now() - statSync(join(kept, name)).mtimeMs > staleMs)
      rmSync(join(kept, name), { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(kept, 'making-'));
  fill(folder);
  try {
    renameSync(folder, target);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

function compileAll(folder) {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const file of sources()) {
    const target = join(folder, file);
    mkdirSync(dirname(target), { recursive: true });
    if (!file.endsWith('.ts')) copyFileSync(join(root, file), target);
    else writeFileSync(target.replace(/\.ts$/, '.js'), compile(readFileSync(join(root, file), 'utf8')));
  }
}

function compile(source) {
  const jsc = {
    parser: { syntax: 'typescript' },
    target: 'es2022',
    rewriteRelativeImportExtensions: true,
  };
  return transformSync(source, { swcrc: false, jsc, module: { type: 'es6' } }).code;
}

function sources() {
  const wanted = (name) => /\.(?:ts|js|json)$/.test(name) && !/\.(?:d|test)\.ts$/.test(name);
  return parts.flatMap((part) =>
    readdirSync(join(root, part), { recursive: true })
      .filter(wanted)
      .sort()
      .map((name) => join(part, name)),
  );
}

function stateOfSources() {
  const hash = createHash('sha256');
  for (const file of sources()) {
    const { mtimeMs, size } = statSync(join(root, file));
    hash.update(`${file}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex').slice(0, 20);
}
