import { ConfigError } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { readStructured, syntaxOf } from '../structured/index.ts';
import { placeOf, type Tree, toPlain } from '../structured/tree.ts';

export type ParamValue = string | number | boolean | null;

/** By dotted key; without a prototype, so `__proto__` is a key like any other. */
export type Params = Record<string, ParamValue>;

/**
 * Parameters of a YAML, JSON or TOML file, nested maps flattened to dotted keys. Lists and empty maps are one value,
 * as JSON text; numbers a double cannot hold exactly, NaN and infinities are texts. Other files and keys that
 * collide once dotted are ConfigErrors.
 */
export function readParams(bytes: Uint8Array, file: string): Params {
  const syntax = syntaxOf(file);
  if (!syntax) {
    throw new ConfigError(`${file} is no parameter file.`, {
      place: { file },
      expected: 'the extension .yaml, .yml, .json or .toml',
    });
  }
  const tree = readStructured(bytes, file, syntax);
  if (tree.kind !== 'map') {
    throw new ConfigError(`${file} has no keys.`, {
      place: placeOf(file, tree.line),
      expected: 'names with values at the top',
    });
  }
  const params: Params = Object.create(null);
  for (const [key, value] of tree.entries) flatten(params, key, value, file);
  return params;
}

/**
 * The parameters a stage names: a key stands for itself and for everything below it; `null` = all. A key that
 * is not there is a ConfigError.
 */
export function selectParams(
  params: Readonly<Params>,
  file: string,
  wanted: readonly string[] | null,
): Params {
  const selected: Params = Object.create(null);
  const keys = Object.keys(params);
  if (wanted === null) return Object.assign(selected, params);
  for (const name of wanted) {
    const found = keys.filter((key) => key === name || key.startsWith(`${name}.`));
    if (found.length === 0) throw missing(name, keys, file);
    for (const key of found) selected[key] = params[key] ?? null;
  }
  return selected;
}

function missing(name: string, keys: readonly string[], file: string): ConfigError {
  const guess = nearest(name, keys);
  const few = keys.slice(0, 20).map((key) => JSON.stringify(key));
  return new ConfigError(`${file} has no parameter ${JSON.stringify(name)}.`, {
    place: { file },
    expected: `one of ${few.join(', ')}${keys.length > 20 ? ` and ${keys.length - 20} more` : ''}`,
    hint: guess ? `Did you mean ${JSON.stringify(guess)}?` : 'Correct the name under "params:".',
  });
}

function flatten(params: Params, key: string, tree: Tree, file: string): void {
  if (tree.kind === 'map' && tree.entries.size > 0) {
    for (const [name, value] of tree.entries) flatten(params, `${key}.${name}`, value, file);
    return;
  }
  if (Object.hasOwn(params, key)) {
    throw new ConfigError(
      `The parameter ${JSON.stringify(key)} occurs twice in ${file}, once as a dotted name.`,
      {
        place: placeOf(file, tree.line),
        expected: 'each parameter once',
      },
    );
  }
  params[key] = tree.kind === 'scalar' ? scalarParam(tree.value) : JSON.stringify(toPlain(tree));
}

function scalarParam(value: string | number | bigint | boolean | null): ParamValue {
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
