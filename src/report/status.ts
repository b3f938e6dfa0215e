import type { DeploymentRecord } from '../schema/deployment.types.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import type { TargetState } from '../targets/types.ts';
import { markdownTable } from './table.ts';

/** What is live of one model in one environment. */
export interface EnvironmentStatus {
  model: string;
  environment: string;
  live: EnvironmentState['live'];
  /** The deployment that has not ended. */
  open: (Pick<DeploymentRecord, 'id' | 'state' | 'reason'> & { version: string; step: string }) | null;
  blocked: EnvironmentState['blocked'];
  url: string | null;
  /** What the target says, where it was asked. */
  target?: TargetAnswer;
}

/** What a target says is live, and whether the ledger says the same; or why it says nothing. */
export type TargetAnswer =
  | (Pick<TargetState, 'stable' | 'candidate'> & { agrees: boolean })
  | { unreachable: string };

const head = ['environment', 'model', 'live', 'since', 'commit', 'verdict', 'in progress', 'blocked'];

/** What is live where: titles of the columns, and a row for each environment. The last column is there if a target was asked. */
export function statusRows(results: readonly EnvironmentStatus[]): { head: string[]; rows: string[][] } {
  const asked = results.some(({ target }) => target !== undefined);
  const rows = results.map((one) => [...statusRow(one), ...(asked ? [answered(one.target)] : [])]);
  return { head: [...head, ...(asked ? ['target'] : [])], rows };
}

/** What is live where, as a table in Markdown. */
export function statusMarkdown(results: readonly EnvironmentStatus[]): string {
  const { head: titles, rows } = statusRows(results);
  return markdownTable(titles, rows);
}

function statusRow({ environment, model, live, open, blocked }: EnvironmentStatus): string[] {
  return [
    ...[environment, model, live?.version ?? 'nothing', live?.since ?? ''],
    ...[live?.commit?.slice(0, 7) ?? '', live?.verdict ?? ''],
    open === null ? '' : `${open.version} ${open.state} at ${open.step}`,
    blocked.map(({ version }) => version).join(', '),
  ];
}

function answered(answer: TargetAnswer | undefined): string {
  if (answer === undefined) return '';
  if ('unreachable' in answer) return `cannot be asked: ${answer.unreachable}`;
  const { stable, candidate, agrees } = answer;
  const beside = candidate === null ? '' : `, ${candidate.version} with ${candidate.weight} %`;
  return `${agrees ? 'agrees' : 'differs'}: ${stable?.version ?? 'nothing'}${beside}`;
}
