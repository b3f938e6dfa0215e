import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { transformFileSync } from '@swc/core';

/** Compiles folders of src/ into `target`, so that a process of its own can import them; returns `target`. */
export function compileSources(target: string, folders: readonly string[]): string {
  const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '../..');
  mkdirSync(target, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'));
  writeFileSync(join(target, 'package.json'), '{"type":"module"}');
  for (const folder of folders) compileFolder(join(root, 'src', folder), join(target, folder));
  return target;
}

/** The last option is not in the compiler's types. */
const jsc = {
  parser: { syntax: 'typescript' },
  target: 'es2022',
  rewriteRelativeImportExtensions: true,
} as const;

/** Compiles one folder into another, which is made. */
export function compileFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    if (entry.isDirectory()) compileFolder(source, join(to, entry.name));
    else if (entry.name.endsWith('.js')) copyFileSync(source, join(to, entry.name));
    else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts')) {
      const { code } = transformFileSync(source, { swcrc: false, jsc, module: { type: 'es6' } });
      writeFileSync(join(to, entry.name.replace(/\.ts$/, '.js')), code);
    }
  }
}
