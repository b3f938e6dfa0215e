import { ConfigError } from '../core/errors.ts';
import { parseMetricName } from '../core/metrics/names.ts';
import type { Metric, MetricIdentity } from '../core/metrics/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { IndexEntry } from './types.ts';

/** Branch of the ledger. */
export const ledgerBranch = 'trainyard';

/** Entries `head.json` always holds, once there are that many, and where it is cut back to them. */
const headKeeps = 50;
const headLimit = 100;

/** Largest `head.json` and segment, in bytes. A single entry beyond it gets a file of its own. */
const fileBytes = 256 * 1024;

/** The newest entries of a model and how many segments lie behind them. */
export interface IndexHead {
  /** Segments are numbered 1 … `segments`, oldest first. */
  segments: number;
  /** Newest first. */
  entries: readonly IndexEntry[];
}

export interface Segment {
  number: number;
  /** Newest first. */
  entries: readonly IndexEntry[];
}

/** Says that a branch is a ledger, so that a user's own branch of that name is never written to. */
export const markerPath = 'ledger.json';

/** Text of the marker. */
export const markerText = `${JSON.stringify({ schema: 'trainyard/ledger', version: 1 })}\n`;

/** Path of the record of one commit and model. */
export function recordPath(sha: string, model: string): string {
  return `commits/${sha.slice(0, 2)}/${sha}/${modelName(model)}.json`;
}

/** Path of the newest entries of a model. */
export function headPath(model: string): string {
  return `index/${modelName(model)}/head.json`;
}

/** Path of a segment of older entries. */
export function segmentPath(model: string, number: number): string {
  return `index/${modelName(model)}/${number}.json`;
}

function modelName(model: string): string {
  if (/^[A-Za-z0-9._-]{1,100}$/.test(model) && !/^\.{1,2}$|^\.git$/i.test(model)) return model;
  throw new ConfigError(`${JSON.stringify(model.slice(0, 120))} cannot be the name of a model.`, {
    expected: 'at most 100 letters, digits, ".", "_" and "-"',
  });
}

/** What the index keeps of a record. Of metrics with one name the first counts; slices and classes are left out. */
export function indexEntryOf(record: RunRecord, sha: string): IndexEntry {
  const overall = record.metrics.filter((metric) => metric.slice === null && metric.class === null).reverse();
  return {
    id: record.id,
    sha,
    tree: record.commit.tree,
    run_key: record.run_key,
    inputs: record.digests.inputs,
    predictions: record.predictions?.sha256 ?? null,
    ...(record.repeats && { repeats: record.repeats.flatMap(({ predictions }) => predictions ?? []) }),
    finished: record.finished,
    attempt: record.attempt,
    trust: record.trust.level,
    event: record.trust.event,
    branch: record.commit.branch,
    metrics: Object.fromEntries(
      overall.map(({ name, value }) => [name, value !== null && Number.isFinite(value) ? value : null]),
    ),
    measured: {
      rows: record.digests.rows,
      evaluator: record.digests.evaluator,
      hardware: record.environment?.hardware ?? null,
      identities: Object.fromEntries(overall.flatMap(beyondName)),
    },
  };
}

/** What the identity of a metric holds that its name does not say. */
function beyondName({ name, identity }: Metric): [string, Partial<MetricIdentity>][] {
  const said = Object.entries(parseMetricName(name).identity);
  const beyond = said.filter(([field, value]) => identity[field as keyof MetricIdentity] !== value);
  if (beyond.length === 0) return [];
  const fields = beyond.map(([field]) => [field, identity[field as keyof MetricIdentity]]);
  return [[name, Object.fromEntries(fields)]];
}

/**
 * Puts an entry in front. When the head grows past 100 entries or 256 KB the older ones overflow: they belong on top
 * of the newest segment (`placeOverflow`).
 */
export function addEntry(
  head: IndexHead,
  entry: IndexEntry,
): { entries: IndexEntry[]; overflow: IndexEntry[] } {
  const entries = [entry, ...head.entries];
  if (entries.length <= headLimit && sizeOf(entries) <= fileBytes) return { entries, overflow: [] };
  let kept = 0;
  for (let bytes = 0; kept < headKeeps && kept < entries.length; kept += 1) {
    bytes += lineBytes(entries[kept] as IndexEntry);
    if (kept > 0 && bytes > fileBytes / 2) break;
  }
  return { entries: entries.slice(0, kept), overflow: entries.slice(kept) };
}

/** Segments to write for an overflow: the newest one is filled up to 256 KB, then sealed for good. */
export function placeOverflow(newest: Segment | null, overflow: readonly IndexEntry[]): Segment[] {
  let open = { number: newest?.number ?? 1, entries: [...(newest?.entries ?? [])] };
  let bytes = sizeOf(open.entries);
  const changed = new Map<number, Segment>();
  for (const entry of overflow.toReversed()) {
    bytes += lineBytes(entry);
    if (open.entries.length > 0 && bytes > fileBytes) {
      open = { number: open.number + 1, entries: [] };
      bytes = sizeOf([entry]);
    }
    open.entries.unshift(entry);
    changed.set(open.number, open);
  }
  return [...changed.values()];
}

function sizeOf(entries: readonly IndexEntry[]): number {
  return entries.reduce((bytes, entry) => bytes + lineBytes(entry), 100);
}

function lineBytes(entry: IndexEntry): number {
  return new TextEncoder().encode(JSON.stringify(entry)).length + 2;
}
