import { ConfigError } from '../core/errors.ts';
import type { IndexHead } from './layout.ts';
import type { IndexEntry, Measured } from './types.ts';

const schema = 'trainyard/index';
const version = 1;
const trustLevels = ['local', 'pull_request', 'branch', 'protected'];

/** Text of an index file, one entry a line so that a reader of the branch sees what came when. */
export function printIndex(entries: readonly IndexEntry[], segments: number | null): string {
  const start = JSON.stringify({ schema, version, ...(segments !== null && { segments }) }).slice(0, -1);
  return `${start},"entries":[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]}\n`;
}

/** Reads an index file (`segments` is 0 in a segment). Broken or written by a newer version: ConfigError naming `file`. */
export function parseIndex(text: string, file: string): IndexHead {
  const value = parsed(text, file);
  if (!isObject(value) || value['schema'] !== schema) {
    throw broken(file, `it is not an index ("schema" is not "${schema}")`);
  }
  if (value['version'] !== version) {
    throw new ConfigError(
      `${file} was written in version ${String(value['version']).slice(0, 20)} of the index.`,
      {
        place: { file },
        expected: `version ${version}`,
        hint: 'Update Trainyard: a newer one wrote this ledger.',
      },
    );
  }
  const segments = value['segments'] ?? 0;
  const entries = value['entries'];
  if (!Number.isInteger(segments) || (segments as number) < 0)
    throw broken(file, '"segments" is not a count');
  if (!Array.isArray(entries)) throw broken(file, '"entries" is not a list');
  const read = entries.map((entry: unknown, i): IndexEntry => {
    const whole = isObject(entry) ? { predictions: null, event: null, measured: null, ...entry } : entry;
    if (!isEntry(whole)) throw broken(file, `entry ${i + 1} lacks a field or has one of another type`);
    return whole;
  });
  return { segments: segments as number, entries: read };
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(file, `it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** Damage in the ledger, with the way out. */
export function broken(file: string, why: string): ConfigError {
  return new ConfigError(`The ledger is damaged: ${file}: ${why}.`, {
    place: { file },
    hint: 'Somebody edited the ledger by hand: look at "git log trainyard" and revert that commit.',
  });
}

function isRepeats(value: unknown): boolean {
  return Array.isArray(value) && value.every((digest) => typeof digest === 'string');
}

function isEntry(value: unknown): value is IndexEntry {
  if (!isObject(value)) return false;
  const texts = ['id', 'sha', 'finished'].every((key) => typeof value[key] === 'string');
  const optional = ['tree', 'run_key', 'inputs', 'predictions', 'event', 'branch'].every(
    (key) => value[key] === null || typeof value[key] === 'string',
  );
  const metrics = value['metrics'];
  return (
    texts &&
    optional &&
    isRepeats(value['repeats'] ?? []) &&
    Number.isInteger(value['attempt']) &&
    trustLevels.includes(value['trust'] as string) &&
    isObject(metrics) &&
    Object.values(metrics).every((metric) => metric === null || typeof metric === 'number') &&
    (value['measured'] === null || isMeasured(value['measured']))
  );
}

function isMeasured(value: unknown): value is Measured {
  if (!isObject(value) || !isObject(value['identities'])) return false;
  if (value['judged'] !== undefined && !Number.isSafeInteger(value['judged'])) return false;
  return (
    ['rows', 'evaluator', 'hardware'].every((key) => value[key] === null || typeof value[key] === 'string') &&
    Object.values(value['identities']).every(isObject)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
