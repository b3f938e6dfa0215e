import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { transformSync } from '@swc/core';
import { makeFolder } from './repository.ts';

/** Turns the sources into JavaScript that plain node runs, for tests of real processes; returns the folder. */
export function compileSources(): string {
  const folder = makeFolder();
  const repository = resolve('.');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  const sources = readdirSync(join(repository, 'src'), { recursive: true, encoding: 'utf8' });
  for (const path of sources.filter((name) => /\.(?:ts|js)$/.test(name) && !name.endsWith('.d.ts'))) {
    const from = join(repository, 'src', path);
    const to = join(folder, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(to), { recursive: true });
    if (path.endsWith('.js')) copyFileSync(from, to);
    else writeFileSync(to, javascript(readFileSync(from, 'utf8'), from));
  }
  return folder;
}

function javascript(text: string, filename: string): string {
  const jsc = {
    parser: { syntax: 'typescript' },
    target: 'es2022',
    rewriteRelativeImportExtensions: true,
  } as const;
  return transformSync(text, { filename, swcrc: false, jsc, module: { type: 'es6' } }).code;
}
