import type { RowChanges } from '../../core/gate/row-changes.ts';
import type { PolicyChange } from '../../core/gate/types.ts';
import type { Metric } from '../../core/metrics/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';

/** What changed since the baseline was measured. */
export interface Again {
  rows: boolean;
  code: boolean;
  /** Files of code that differ, as far as known. */
  files: readonly string[];
}

/** That a model was scored again, why, and what that rests on. */
export function scoredNote(
  baseline: RunRecord,
  again: Again,
  sameModel: boolean,
  differing: { rows: number; of: number } | null,
): string {
  const model = sameModel ? 'The stored model' : 'The model, trained again to other bytes,';
  const own = again.code
    ? ' That code is part of this change: whether it still measures the same is for its reviewer.'
    : '';
  const outputs =
    differing === null || differing.of === 0
      ? ''
      : ` Of the ${differing.of} rows that both have, ${differing.rows || 'none'} came out otherwise than recorded.`;
  return (
    `${what(again)} changed. ${model} of ${commitOf(baseline)} was scored again on the rows of this change, ` +
    `by its code.${own}${outputs}`
  );
}

/** That a model could not be scored again, and what to do. */
export function unscoredNote(baseline: RunRecord, again: Again, reason: string): string {
  const remedy = again.rows
    ? 'Record the baseline on the new rows, or change the rows alone.'
    : 'Its recorded outputs are judged against.';
  return `${what(again)} changed, and the model of ${commitOf(baseline)} was not scored again: ${withoutStop(reason)}. ${remedy}`;
}

/** Rows that came and went, and how the baseline did on those that went. */
export function rowsNote(changes: RowChanges): string {
  const { added, left, altered, stayed, scores } = changes;
  const counts = `Test rows: ${listed([
    `${stayed} stay as they were`,
    added === 0 ? '' : `${added} are new`,
    left === 0 ? '' : `${left} left`,
    altered === 0 ? '' : `${altered} have another label, weight, group or slice`,
  ])}.`;
  if (scores.length === 0) return counts;
  const values = scores.map(
    ({ gone, stayed: other }) => `${gone.name} ${shown(gone)} against ${shown(other)}`,
  );
  return `${counts} The baseline on those that left or changed, against those that stay: ${values.join(', ')}.`;
}

/** Rows taken out of what is judged, as a change of the policy; new rows alone take nothing away. */
export function goneRows(changes: RowChanges): PolicyChange[] {
  const { added, left, altered, stayed } = changes;
  if (left + altered === 0) return [];
  const head = listed([
    `${stayed} as they were`,
    left === 0 ? '' : `${left} gone`,
    altered === 0 ? '' : `${altered} altered`,
    added === 0 ? '' : `${added} new`,
  ]);
  return [{ what: 'test rows', base: String(stayed + altered + left), head, effect: 'loosened' }];
}

function listed(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}

const shownFiles = 3;

function what({ rows, code, files }: Again): string {
  const more = files.length > shownFiles ? ` and ${files.length - shownFiles} more` : '';
  const which = files.length === 0 ? '' : ` (${files.slice(0, shownFiles).join(', ')}${more})`;
  const scores = code ? `code that scores${which}` : '';
  return `The ${[rows ? 'test rows' : '', scores].filter((part) => part !== '').join(' and the ')}`;
}

function commitOf({ commit, id }: RunRecord): string {
  return commit.built_sha?.slice(0, 7) ?? `run ${id}`;
}

function shown({ value, state }: Metric): string {
  return value === null ? state : String(Number(value.toPrecision(3)));
}

function withoutStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence.slice(0, -1) : sentence;
}
