import type { MetricIdentity } from '../core/metrics/types.ts';
import type { RunRecord } from '../schema/run.types.ts';

/** What the index keeps of a run: enough to choose a baseline and draw a sparkline without opening the record. */
export interface IndexEntry {
  id: string;
  sha: string;
  tree: string | null;
  run_key: string | null;
  inputs: string | null;
  /** Digest of the predictions; `null` without any, and in entries from before it was kept. */
  predictions: string | null;
  /** Digests of those of further training seeds; left out where there are none. */
  repeats?: string[];
  finished: string;
  attempt: number;
  trust: RunRecord['trust']['level'];
  /** Event the run came from; `null` when unknown, and in entries from before it was kept. */
  event: string | null;
  branch: string | null;
  /** Values of metrics over all rows, by name; `null` when not a number. */
  metrics: Record<string, number | null>;
  /** What the metrics were measured on; `null` in entries from before it was kept. */
  measured: Measured | null;
}

/** What tells whether values of two runs may be compared. */
export interface Measured {
  /** Digest of ids and labels of the test rows. */
  rows: string | null;
  /** Digest of the code that scores. */
  evaluator: string | null;
  /** Class of machine that times were taken on. */
  hardware: string | null;
  /** How many candidates these rows have judged, this one included; left out in entries from before it was kept. */
  judged?: number;
  /** What the identity of a metric holds beyond its name, by metric name; metrics of which the name says all are left out. */
  identities: Record<string, Partial<MetricIdentity>>;
}

export interface AppendResult {
  /** `written`, or `unchanged` when the same record id is already there. */
  result: 'written' | 'unchanged';
  commit: string;
}

/**
 * The project's append-only history. Layout on the branch `trainyard`:
 * `commits/<aa>/<sha>/<model>.json`, `index/<model>/head.json` (the last 50, newest first) and
 * `index/<model>/<n>.json` (sealed segments of at most 256 KB).
 */
export interface Ledger {
  /** Appends by compare-and-swap; on conflict re-reads and retries with jitter. Idempotent by record id. */
  append(record: RunRecord): Promise<AppendResult>;
  /** The record of this commit, or `null`. */
  recordOf(sha: string, model: string): Promise<RunRecord | null>;
  /** Which of these commits have a record, in the order given, in one look-up. */
  recorded(shas: readonly string[], model: string): Promise<string[]>;
  /** The last `count` entries, newest first. */
  recent(model: string, count: number): Promise<IndexEntry[]>;
  /** Newest first over all segments until `accept` says yes; `null` when none does. */
  find(model: string, accept: (entry: IndexEntry) => boolean): Promise<IndexEntry | null>;
}
