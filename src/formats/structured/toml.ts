import { parse, TomlDate, TomlError } from 'smol-toml';
import { ConfigError } from '../../core/errors.ts';
import { MAX_DEPTH, type Tree, tooDeep } from './tree.ts';

/**
 * TOML 1.0; dates become their ISO text. Errors have line and column, duplicate keys and more than 500 levels
 * among them; values have no line, the library does not tell.
 */
export function parseToml(text: string, file: string): Tree {
  let document: unknown;
  try {
    document = parse(text, { integersAsBigInt: 'asNeeded', maxDepth: MAX_DEPTH });
  } catch (error) {
    throw tomlProblem(error, file);
  }
  return convert(document, file, 0);
}

function tomlProblem(error: unknown, file: string): unknown {
  if (!(error instanceof TomlError)) return error;
  const place = { file, line: error.line, column: error.column };
  const [first = ''] = error.message.split('\n');
  if (first.includes('excessively nested')) return tooDeep(place);
  if (first.includes('redefine')) {
    return new ConfigError(`A key occurs twice in ${file}.`, {
      place,
      expected: 'each key once',
      hint: 'Remove or rename one of them.',
      cause: error,
    });
  }
  return new ConfigError(`${file} is not valid TOML: ${first.replace('Invalid TOML document: ', '')}.`, {
    place,
    cause: error,
  });
}

function convert(value: unknown, file: string, depth: number): Tree {
  if (typeof value !== 'object' || value === null || value instanceof TomlDate) {
    return { kind: 'scalar', value: scalarValue(value), line: null };
  }
  if (depth >= MAX_DEPTH) throw tooDeep({ file });
  if (Array.isArray(value))
    return { kind: 'list', items: value.map((item) => convert(item, file, depth + 1)), line: null };
  const entries = Object.entries(value).map(([key, item]): [string, Tree] => [
    key,
    convert(item, file, depth + 1),
  ]);
  return { kind: 'map', entries: new Map(entries), line: null };
}

function scalarValue(value: unknown): string | number | bigint | boolean {
  if (value instanceof TomlDate) return value.toISOString();
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? value
    : String(value);
}
