import { ConfigError, type Place } from '../../core/errors.ts';

/**
 * A document as JSON, YAML and TOML have it in common. Numbers may be NaN or infinite; integers that a double
 * cannot hold are bigints. `line` counts from 1 and is `null` where the format's reader does not tell.
 */
export type Tree = MapTree | ListTree | ScalarTree;

export interface MapTree {
  kind: 'map';
  entries: Map<string, Tree>;
  line: number | null;
}

export interface ListTree {
  kind: 'list';
  items: Tree[];
  line: number | null;
}

export interface ScalarTree {
  kind: 'scalar';
  value: string | number | bigint | boolean | null;
  line: number | null;
}

/** Maps and lists inside one another; deeper documents are refused in every format. */
export const MAX_DEPTH = 500;

/** Values of one document, aliases replaced by what they stand for; bounds the memory a small file can take. */
export const MAX_VALUES = 1_000_000;

export function tooManyValues(place: Place): ConfigError {
  return new ConfigError(`${place.file} holds too many values.`, {
    place,
    expected: `at most ${MAX_VALUES.toLocaleString('en')}, with aliases replaced by what they stand for`,
    hint: 'Write only the values that are needed.',
  });
}

export function tooDeep(place: Place): ConfigError {
  return new ConfigError(`${place.file} is nested too deeply.`, {
    place,
    expected: `at most ${MAX_DEPTH} levels`,
    hint: 'Write a flatter document.',
  });
}

export function duplicateKey(key: string, place: Place): ConfigError {
  return new ConfigError(`The key ${JSON.stringify(key)} occurs twice in ${place.file}.`, {
    place,
    expected: 'each key once',
    hint: 'Remove or rename one of them.',
  });
}

export function placeOf(file: string, line: number | null): Place {
  return line === null ? { file } : { file, line };
}

/** Plain objects and arrays; objects have no prototype, so `__proto__` is a key like any other. */
export function toPlain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return typeof tree.value === 'bigint' ? Number(tree.value) : tree.value;
  if (tree.kind === 'list') return tree.items.map(toPlain);
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, value] of tree.entries) object[key] = toPlain(value);
  return object;
}
