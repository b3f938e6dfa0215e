import type { Confusion } from '../core/metrics/confusion.ts';
import type { Metric } from '../core/metrics/types.ts';
import { logLine } from '../report/escape.ts';
import { decimalsFor, formatNumber, stateWord } from '../report/numbers.ts';
import type { Published } from '../run/publish.ts';
import type { Evaluated } from '../verbs/evaluate.ts';
import type { RecordResult } from '../verbs/record.ts';
import type { Registration } from '../verbs/register.ts';
import type { SubmitResult, TrainResult } from '../verbs/train.ts';

/** A class's name in a terminal at most. */
const CLASS_WIDTH = 20;

/** A JSON document as every verb prints it. */
export function document(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Metrics as aligned columns, one block per model. */
export function evaluated(results: readonly Evaluated[]): string {
  return results
    .map((result) => {
      const rows = result.metrics.map((metric) => [
        metricLabel(metric),
        valueText(metric),
        metric.n === null ? '' : `n ${metric.n}`,
      ]);
      const confused = result.confusion ? `\n${confusionText(result.confusion)}` : '';
      const left = result.dropped
        ? `\n${result.dropped} rows were left out: something was missing in them.\n`
        : '';
      return `${result.model === null ? '' : `${result.model}\n`}${columns(rows)}${confused}${left}`;
    })
    .join('\n');
}

/** Labels down, predictions across. */
function confusionText({ classes, counts }: Confusion): string {
  const names = classes.map((name) => logLine(name).slice(0, CLASS_WIDTH));
  const rows = counts.map((row, label) => [
    names[label] ?? '',
    ...row.map((sum) => (Number.isInteger(sum) ? String(sum) : sum.toFixed(1))),
  ]);
  return columns([['label \\ prediction', ...names], ...rows]);
}

/** One line per model of a release. */
export function registered(versions: readonly Registration[]): string {
  const fate = {
    registered: 'registered',
    unchanged: 'registered before',
    'same-bytes': 'not changed: no new version',
  };
  return columns(
    versions.map(({ tag, digest, result, verdict }) => [
      tag,
      digest.slice(0, 12),
      fate[result],
      verdict === null ? '' : `verdict ${verdict}`,
    ]),
  );
}

/** One line per trained model, with what became of the ledger. */
export function trained(results: readonly TrainResult[]): string {
  const fate = {
    written: 'recorded in the ledger',
    unchanged: 'already in the ledger',
    none: 'not for the ledger',
  };
  return columns(
    results.map(({ model, record, ledger }) => [
      model,
      record.id,
      headline(record.metrics),
      fate[ledger ?? 'none'],
    ]),
  );
}

/** One line per submitted run: its state, and where it can be looked at. */
export function submitted(results: readonly SubmitResult[]): string {
  return columns(
    results.map(({ model, ref, state, url }) => [
      model,
      `attempt ${ref.attempt}`,
      state,
      logLine(url ?? ref.handle),
    ]),
  );
}

/** One line per recorded model: how the record came about. */
export function recorded(results: readonly RecordResult[]): string {
  const rows = results.map(({ model, record, how, ledger }) => [
    model,
    record.id,
    how === 'promoted' ? `promoted from ${record.promoted_from}, nothing trained` : how,
    ledger === 'written' ? 'written to the ledger' : 'already in the ledger',
  ]);
  return columns(rows);
}

/** The verdict with each rule's sentence, and where the report lies. */
export function gated(result: Published): string {
  const models = result.report.models.flatMap((model) => [
    ...(result.report.models.length > 1 ? [`${model.model}: ${logLine(model.outcome.sentence)}`] : []),
    ...model.rules.map(
      (rule) => `  ${(rule.verdict ?? 'not judged').padEnd(12)}  ${logLine(rule.evidence.sentence)}`,
    ),
    ...model.notes.map((note) => `  note          ${logLine(note)}`),
  ]);
  const verdict = (result.outcome.verdict ?? result.outcome.kind).toUpperCase();
  return `${[`${verdict}: ${logLine(result.outcome.sentence)}`, ...models, '', ...result.written].join('\n')}\n`;
}

function headline(metrics: readonly Metric[]): string {
  const whole = metrics.filter((metric) => metric.slice === null && metric.class === null);
  return whole
    .slice(0, 3)
    .map((metric) => `${logLine(metric.name)} ${valueText(metric)}`)
    .join(', ');
}

function metricLabel(metric: Metric): string {
  const where = metric.slice === null ? '' : ` [${metric.slice}]`;
  return logLine(`${metric.name}${metric.class === null ? '' : ` (${metric.class})`}${where}`);
}

function valueText(metric: Metric): string {
  if (metric.value === null) return stateWord(metric.state);
  return formatNumber(metric.value, decimalsFor(null, metric.value));
}

/** Rows as aligned columns, one line each. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
