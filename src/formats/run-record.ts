import type { RunRecord } from '../schema/run.types.ts';
import { validate } from '../schema/run.validate.js';
import { type DocumentKind, readDocument } from './document.ts';
import { runSchema } from './schema-names.ts';

const kind: DocumentKind = {
  what: 'run record',
  schema: runSchema,
  file: 'run.schema.json',
  version: 1,
  validate,
};

/**
 * A run record from its JSON. Text that is no record, a record of a newer schema and anything the schema refuses
 * are ConfigErrors with the line and the JSON path.
 */
export function readRunRecord(text: string, file: string): RunRecord {
  return readDocument(text, file, kind);
}

/** Canonical JSON of a record: keys sorted by code unit, two spaces, one newline at the end. */
export function writeRunRecord(record: RunRecord): string {
  return `${JSON.stringify(sorted(record), null, 2)}\n`;
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
