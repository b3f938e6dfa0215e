import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { compileSources } from '../runtime/compiled.ts';

const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '../..');
const kept = join(root, '.cache/test-build');
const staleMs = 24 * 3600 * 1000;

/** The repository these tests belong to. */
export const repositoryRoot = root;

/**
 * The sources as JavaScript that plain node runs, compiled once for each state of src/ whatever the number of jest
 * workers: each compiles into a folder of its own and the first to finish gives it its name.
 */
export function compiledCommand(): string {
  command ??= compiled();
  return command;
}

let command: string | null = null;

function compiled(): string {
  const target = join(kept, stateOf(join(root, 'src')));
  if (!existsSync(target)) compileInto(target);
  return join(target, 'index.js');
}

function compileInto(target: string): void {
  mkdirSync(kept, { recursive: true });
  removeStale();
  const folder = mkdtempSync(join(kept, 'making-'));
  compileSources(folder, ['.']);
  try {
    renameSync(folder, target);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

/** Names the state of a folder's files. */
export function stateOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const { mtimeMs, size } = statSync(join(folder, name));
    hash.update(`${name}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex').slice(0, 20);
}

function removeStale(): void {
  for (const name of readdirSync(kept)) {
    const path = join(kept, name);
    if (Date.now() - statSync(path).mtimeMs > staleMs) rmSync(path, { recursive: true, force: true });
  }
}
