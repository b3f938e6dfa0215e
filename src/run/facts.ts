import { settleMetrics } from '../core/compare/match.ts';
import type { RunFacts } from '../core/compare/types.ts';
import type { JudgedSide } from '../core/gate/case.ts';
import { confusionOf } from '../core/metrics/confusion.ts';
import type { PredictionTable } from '../core/metrics/types.ts';
import { rowDigests } from '../formats/predictions/canonical.ts';
import type { Side } from './deps.ts';
import { digestOf } from './keys.ts';
import type { Scores } from './scores.ts';

/** A side as the comparison reads it. */
export function runFacts(side: Side, scores: Scores): RunFacts {
  const { record } = side;
  return {
    metrics: scores.metrics,
    params: record?.params ?? {},
    inputs: record?.inputs ?? [],
    packages: record?.environment?.packages ?? {},
    digests: digestsOf(side, scores),
    confusion: scores.table && confusionOf(scores.table),
    ...(scores.table?.dropped !== undefined && { dropped: scores.table.dropped }),
  };
}

/** What was measured, by digest: of the rows at hand, else as the record has it. */
function digestsOf({ record }: Side, { table }: Scores): RunFacts['digests'] {
  const own = table && rowDigests(table);
  return {
    rows: own?.rows ?? record?.digests.rows ?? null,
    labels: own?.labels ?? record?.digests.labels ?? null,
    evaluator: record?.digests.evaluator ?? null,
  };
}

/** A side as the gate reads it; `seeds`: rows of all its training seeds, where these are judged. */
export function judgedSide(side: Side, scores: Scores, seeds: readonly PredictionTable[] | null): JudgedSide {
  const { rows, evaluator } = digestsOf(side, scores);
  const artifacts = side.record?.artifacts ?? [];
  return {
    metrics: settleMetrics(scores.metrics, 'run').metrics,
    table: scores.table,
    ...(seeds !== null && { seeds }),
    rows,
    evaluator,
    hardware: side.record?.environment?.hardware ?? null,
    model:
      artifacts.length === 0 ? null : digestOf(artifacts.map(({ path, sha256 }) => [path, sha256]).sort()),
  };
}
