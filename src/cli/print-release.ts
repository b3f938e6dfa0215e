import { inline, logLine } from '../report/escape.ts';
import type { DeploymentEntry } from '../schema/environment.types.ts';
import type { DeployPlan } from '../verbs/deploy.ts';
import type { Reconciled } from '../verbs/reconcile.ts';
import type { EnvironmentStatus } from '../verbs/status.ts';
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

const statusHead = ['environment', 'model', 'live', 'since', 'commit', 'verdict', 'in progress', 'blocked'];

/** What is live where, as aligned columns. */
export function statusTable(results: readonly EnvironmentStatus[]): string {
  return columns([statusHead, ...results.map((one) => statusRow(one).map((cell) => logLine(cell)))]);
}

/** The same as a table in Markdown. */
export function statusMarkdown(results: readonly EnvironmentStatus[]): string {
  return markdown(statusHead, results.map(statusRow));
}

function statusRow({ environment, model, live, open, blocked }: EnvironmentStatus): string[] {
  return [
    ...[environment, model, live?.version ?? 'nothing', live?.since ?? ''],
    ...[live?.commit?.slice(0, 7) ?? '', live?.verdict ?? ''],
    open === null ? '' : `${open.version} ${open.state} at ${open.step}`,
    blocked.map(({ version }) => version).join(', '),
  ];
}

const historyHead = ['finished', 'kind', 'version', 'from', 'result', 'reason'];

/** Deployments, newest first, as aligned columns. */
export function historyTable(entries: readonly DeploymentEntry[]): string {
  return columns([historyHead, ...entries.map((one) => historyRow(one).map((cell) => logLine(cell)))]);
}

/** The same as a table in Markdown. */
export function historyMarkdown(entries: readonly DeploymentEntry[]): string {
  return markdown(historyHead, entries.map(historyRow));
}

function historyRow({ finished, kind, version, from, state, reason }: DeploymentEntry): string[] {
  return [finished, kind, version, from ?? '', state, reason ?? ''];
}

function markdown(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => line(row.map((cell) => inline(cell))));
  return `${[line(head), line(head.map(() => '---')), ...body].join('\n')}\n`;
}

/** Indentation stays; nothing else in a line can steer a terminal. */
function plain(line: string): string {
  const [, indentation = '', rest = ''] = /^( *)(.*)$/s.exec(line) ?? [];
  return indentation + logLine(rest);
}
