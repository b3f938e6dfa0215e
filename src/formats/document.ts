import type { ErrorObject, ValidateFunction } from 'ajv';
import { ConfigError } from '../core/errors.ts';
import { parseJson } from './structured/json.ts';
import { placeOf, type Tree, toPlain } from './structured/tree.ts';

/** One kind of JSON document that we write and read again. */
export interface DocumentKind {
  /** What messages call it: `run record`. */
  what: string;
  /** Its `schema` member, and the file below schema/ that describes it. */
  schema: string;
  file: string;
  version: number;
  validate: Pick<ValidateFunction, 'errors'> & ((value: unknown) => boolean);
}

/**
 * A document from its JSON. Text that is none of its kind, a newer version and anything the schema refuses are
 * ConfigErrors with the line and the JSON path.
 */
export function readDocument<T>(text: string, file: string, kind: DocumentKind): T {
  const { what, schema, version: known, validate } = kind;
  const tree = parseJson(text, file);
  if (memberOf(tree, 'schema') !== schema) {
    throw new ConfigError(`${file} is no ${what}.`, {
      place: { file, line: 1 },
      expected: `"schema": "${schema}"`,
    });
  }
  const version = memberOf(tree, 'version');
  if (typeof version === 'number' && version > known) {
    throw new ConfigError(`${file} was made by a newer Trainyard (${what} version ${version}).`, {
      place: { file, line: 1 },
      expected: `version ${known}`,
      hint: 'Upgrade Trainyard here.',
    });
  }
  const value = toPlain(tree);
  if (validate(value)) return value as T;
  throw invalid(validate.errors?.[0], tree, file, kind);
}

function invalid(error: ErrorObject | undefined, tree: Tree, file: string, kind: DocumentKind): ConfigError {
  const { what, version } = kind;
  const path = error?.instancePath ?? '';
  const detail: Readonly<Record<string, unknown>> = error?.params ?? {};
  const extra = detail['additionalProperty'] ?? detail['allowedValues'] ?? detail['allowedValue'];
  const named = extra === undefined ? '' : `: ${JSON.stringify(extra)}`;
  const short = what.split(' ').at(-1);
  return new ConfigError(
    `${file} is no valid ${what}: ${path || `the ${short}`} ${error?.message ?? 'is not as expected'}${named}.`,
    {
      place: placeOf(file, lineAt(tree, path)),
      expected: `${what} version ${version}, as schema/${kind.file} describes it`,
      hint: `Write ${short}s with Trainyard only.`,
    },
  );
}

/** Line of the deepest part of a JSON pointer that is there. */
function lineAt(tree: Tree, pointer: string): number | null {
  let at = tree;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const next =
      at.kind === 'map' ? at.entries.get(key) : at.kind === 'list' ? at.items[Number(key)] : undefined;
    if (!next) break;
    at = next;
  }
  return at.line;
}

function memberOf(tree: Tree, key: string): unknown {
  const value = tree.kind === 'map' ? tree.entries.get(key) : undefined;
  return value?.kind === 'scalar' ? value.value : undefined;
}
