import type { ErrorObject } from 'ajv';
import { ConfigError } from '../core/errors.ts';
import type { RunRecord } from '../schema/run.types.ts';
import { validate } from '../schema/run.validate.js';
import { parseJson } from './structured/json.ts';
import { placeOf, type Tree, toPlain } from './structured/tree.ts';

export const RUN_SCHEMA = 'trainyard/run';
const RUN_VERSION = 1;

/**
 * A run record from its JSON. Text that is no record, a record of a newer schema and anything the schema refuses
 * are ConfigErrors with the line and the JSON path.
 */
export function readRunRecord(text: string, file: string): RunRecord {
  const tree = parseJson(text, file);
  if (memberOf(tree, 'schema') !== RUN_SCHEMA) {
    throw new ConfigError(`${file} is no run record.`, {
      place: { file, line: 1 },
      expected: `"schema": "${RUN_SCHEMA}"`,
    });
  }
  const version = memberOf(tree, 'version');
  if (typeof version === 'number' && version > RUN_VERSION) {
    throw new ConfigError(`${file} was made by a newer Trainyard (run record version ${version}).`, {
      place: { file, line: 1 },
      expected: `version ${RUN_VERSION}`,
      hint: 'Upgrade Trainyard here.',
    });
  }
  const record = toPlain(tree);
  if (validate(record)) return record as RunRecord;
  throw invalid(validate.errors?.[0], tree, file);
}

/** Canonical JSON of a record: keys sorted by code unit, two spaces, one newline at the end. */
export function writeRunRecord(record: RunRecord): string {
  return `${JSON.stringify(sorted(record), null, 2)}\n`;
}

function invalid(error: ErrorObject | undefined, tree: Tree, file: string): ConfigError {
  const path = error?.instancePath ?? '';
  const detail: Readonly<Record<string, unknown>> = error?.params ?? {};
  const extra = detail['additionalProperty'] ?? detail['allowedValues'] ?? detail['allowedValue'];
  const named = extra === undefined ? '' : `: ${JSON.stringify(extra)}`;
  return new ConfigError(
    `${file} is no valid run record: ${path || 'the record'} ${error?.message ?? 'is not as expected'}${named}.`,
    {
      place: placeOf(file, lineAt(tree, path)),
      expected: `run record version ${RUN_VERSION}, as schema/run.schema.json describes it`,
      hint: 'Write records with Trainyard only.',
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

function sorted(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Error('A run record holds finite numbers only.');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, member] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    result[key] = sorted(member);
  return result;
}
