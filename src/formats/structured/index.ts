import { checkSize, decodeText, extensionOf } from '../text.ts';
import { parseJson } from './json.ts';
import { parseToml } from './toml.ts';
import type { Tree } from './tree.ts';
import { parseYaml } from './yaml.ts';

export type Syntax = 'json' | 'yaml' | 'toml';

const MEBIBYTE = 1024 * 1024;
/** Largest file a format is read from, in bytes; YAML and TOML take some hundred bytes of memory for each. */
const LIMITS: Readonly<Record<Syntax, number>> = {
  json: 64 * MEBIBYTE,
  yaml: 2 * MEBIBYTE,
  toml: 2 * MEBIBYTE,
};
const SYNTAXES: ReadonlyMap<string, Syntax> = new Map([
  ['json', 'json'],
  ['yaml', 'yaml'],
  ['yml', 'yaml'],
  ['toml', 'toml'],
]);

/** The syntax a file's extension stands for, `null` for any other extension. */
export function syntaxOf(file: string): Syntax | null {
  return SYNTAXES.get(extensionOf(file)) ?? null;
}

/** Reads one document into a neutral tree with lines. Everything that is wrong with it is a ConfigError. */
export function readStructured(bytes: Uint8Array, file: string, syntax: Syntax): Tree {
  const hint =
    syntax === 'json'
      ? 'Write only the values that are needed.'
      : 'Write only the values that are needed, or write JSON.';
  checkSize(bytes, file, LIMITS[syntax], hint);
  const text = decodeText(bytes, file);
  if (syntax === 'json') return parseJson(text, file);
  return syntax === 'yaml' ? parseYaml(text, file) : parseToml(text, file);
}
