import { createHash } from 'node:crypto';
import type { Policy } from '../core/gate/types.ts';
import type { RunRecord } from '../schema/run.types.ts';

/** SHA-256 of a JSON value whose keys are sorted at every level. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
}

/**
 * Id of a record: the same attempt at the same commit has the same id, so that writing it twice is once.
 * Imported runs have no run key; their content takes its place.
 */
export function recordId(record: Omit<RunRecord, 'id'>): string {
  const content = record.run_key ?? { metrics: record.metrics, predictions: record.predictions };
  const { built_sha, dirty, attempt } = record.commit;
  const parts = [
    record.model,
    record.engine,
    content,
    built_sha,
    dirty,
    attempt,
    record.attempt,
    record.promoted_from,
  ];
  return digestOf(parts).slice(0, 20);
}

/** What a verdict is about: the first completed verdict of a key stands. */
export function verdictKey(parts: {
  candidate: RunRecord;
  baseline: RunRecord | null;
  against: readonly (readonly [string, string | null])[];
  policies: readonly (Policy | null)[];
}): string {
  const { candidate, baseline } = parts;
  const own = candidate.run_key ?? candidate.id;
  const run = candidate.repeats ? [own, ...candidate.repeats.map(({ run_key }) => run_key)] : own;
  const rows = [candidate.digests.rows, baseline?.digests.rows ?? null];
  return digestOf([run, baseline?.id ?? null, parts.against, parts.policies.map(judging), rows]);
}

/** A policy without the lines it was written on: moving a rule changes no verdict. */
function judging(policy: Policy | null): unknown {
  return policy && { ...policy, rules: policy.rules.map(({ line: _line, ...rule }) => rule) };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}
