import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of a compiled folder in which one text of one file of src/ is another; for the caller to remove. */
export function mutatedFolder(original, { file, from, to }) {
  const folder = mkdtempSync(join(dirname(original), 'making-'));
  cpSync(original, folder, { recursive: true });
  const source = readFileSync(join(root, 'src', file), 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${file} does not say this once: ${from}`);
  const jsc = { parser: { syntax: 'typescript' }, target: 'es2022', rewriteRelativeImportExtensions: true };
  const changed = source.replace(from, () => to);
  const { code } = transformSync(changed, { swcrc: false, jsc, module: { type: 'es6' } });
  writeFileSync(join(folder, 'src', file.replace(/\.ts$/, '.js')), code);
  return folder;
}
