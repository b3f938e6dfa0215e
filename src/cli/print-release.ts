import { logLine } from '../report/escape.ts';
import { type EnvironmentStatus, statusRows } from '../report/status.ts';
import { markdownTable } from '../report/table.ts';
import type { DeploymentEntry } from '../schema/environment.types.ts';
import type { DeployPlan } from '../verbs/deploy.ts';
import type { Reconciled } from '../verbs/reconcile.ts';
import { columns } from './print.ts';

/** What a deployment would do, one step a line. */
export function planned({
  model,
  version,
  environment,
  from,
  steps,
  warnings,
  refusals,
}: DeployPlan): string {
  const lines = steps.map(({ step, weight, bake }) => {
    const baking = bake > 0 ? `, then ${bake} s under watch` : '';
    return `  ${step}${weight === null ? '' : ` ${weight} %`}${baking}`;
  });
  const notes = [
    ...refusals.map((text) => `refused: ${text}`),
    ...warnings.map((text) => `warning: ${text}`),
  ];
  const title = `${model} ${version} to ${environment}, where ${from ?? 'nothing'} is live:`;
  return `${[title, ...lines, ...notes].map((line) => plain(line)).join('\n')}\n`;
}

/** One line per environment. */
export function reconciled(results: readonly Reconciled[]): string {
  return columns(
    results.map(({ model, environment, result, reason }) => [environment, model, result, logLine(reason)]),
  );
}

/** What is live where, as aligned columns. */
export function statusTable(results: readonly EnvironmentStatus[]): string {
  const { head, rows } = statusRows(results);
  return columns([head, ...rows.map((row) => row.map((cell) => logLine(cell)))]);
}

const historyHead = ['finished', 'kind', 'version', 'from', 'result', 'reason'];

/** Deployments, newest first, as aligned columns. */
export function historyTable(entries: readonly DeploymentEntry[]): string {
  return columns([historyHead, ...entries.map((one) => historyRow(one).map((cell) => logLine(cell)))]);
}

/** The same as a table in Markdown. */
export function historyMarkdown(entries: readonly DeploymentEntry[]): string {
  return markdownTable(historyHead, entries.map(historyRow));
}

function historyRow({ finished, kind, version, from, state, reason }: DeploymentEntry): string[] {
  return [finished, kind, version, from ?? '', state, reason ?? ''];
}

/** Indentation stays; nothing else in a line can steer a terminal. */
function plain(line: string): string {
  const [, indentation = '', rest = ''] = /^( *)(.*)$/s.exec(line) ?? [];
  return indentation + logLine(rest);
}
