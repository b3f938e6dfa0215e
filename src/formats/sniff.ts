import { scanDelimited } from './delimited.ts';
import { rowFormat, startsAsParquet } from './predictions/row-format.ts';
import { MAGIC } from './predictions/stored.ts';
import { runSchema } from './schema-names.ts';
import { syntaxOf } from './structured/index.ts';
import { parseJson } from './structured/json.ts';
import type { Tree } from './structured/tree.ts';
import { extensionOf } from './text.ts';

export type FileKind = 'run-record' | 'metrics' | 'predictions' | 'canonical';

/** Enough for any header; a kind is not worth reading a whole predictions file. */
const PROBE_BYTES = 65_536;
const PREDICTION_COLUMN = /^(?:label|prediction|score|score\..+)$/;
const STEP_OR_NAME = /^(?:step|epoch|iteration|metric|name)$/i;

/**
 * What a file is, by what stands in it: the magic of canonical predictions or of Parquet; JSON with `"schema": "trainyard/run"`;
 * JSONL; a table with two of the columns `label`, `prediction`, `score…` or `id`, or of several rows that are no
 * log of steps; else metrics. Never throws: the reader of that kind says what is wrong.
 */
export function sniff(bytes: Uint8Array, file: string): FileKind {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PROBE_BYTES));
  if (start.toString('latin1', 0, MAGIC.length) === MAGIC) return 'canonical';
  if (startsAsParquet(start)) return 'predictions';
  const probe = start.toString('utf8').replace(/^\uFEFF/, '');
  const extension = extensionOf(file);
  if (extension === 'jsonl' || extension === 'ndjson') return 'predictions';
  if (probe.trimStart().startsWith('{')) return sniffJson(bytes, probe, syntaxOf(file) === 'json');
  if (syntaxOf(file) !== null || probe.trimStart().startsWith('[')) return 'metrics';
  const tabular = extension === 'csv' || extension === 'tsv' || extension === 'tab';
  return sniffTable(probe, file, tabular);
}

function sniffJson(bytes: Uint8Array, probe: string, named: boolean): FileKind {
  const whole = parsed(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
  );
  if (whole) return isRunRecord(whole) ? 'run-record' : 'metrics';
  const first = named ? null : parsed(probe.trimStart().split('\n', 1)[0] ?? '');
  return first ? 'predictions' : 'metrics';
}

function parsed(text: string): Tree | null {
  try {
    return parseJson(text, '');
  } catch {
    return null;
  }
}

function isRunRecord(tree: Tree): boolean {
  const schema = tree.kind === 'map' ? tree.entries.get('schema') : undefined;
  return schema?.kind === 'scalar' && schema.value === runSchema;
}

function sniffTable(probe: string, file: string, tabular: boolean): FileKind {
  const records: string[][] = [];
  try {
    scanDelimited(probe, file, rowFormat(probe, file) === 'tsv' ? '\t' : ',', (fields) => {
      records.push([...fields]);
    });
  } catch {
    // The probe may end inside a quoted field: what came before it is enough.
  }
  const header = records[0]?.map((name) => name.trim()) ?? [];
  const ours = header.filter((name) => PREDICTION_COLUMN.test(name)).length + (header.includes('id') ? 1 : 0);
  if (ours >= 2 || (header.includes('label') && tabular)) return 'predictions';
  const rows = tabular && records.length > 2 && header.length > 1;
  return rows && !header.some((name) => STEP_OR_NAME.test(name)) ? 'predictions' : 'metrics';
}
