import type { DeploymentRecord } from '../schema/deployment.types.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
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
}

/** Titles of the columns. */
export const statusHead = [
  'environment',
  'model',
  'live',
  'since',
  'commit',
  'verdict',
  'in progress',
  'blocked',
];

/** What is live where, as a table in Markdown. */
export function statusMarkdown(results: readonly EnvironmentStatus[]): string {
  return markdownTable(statusHead, results.map(statusRow));
}

/** The cells of one environment. */
export function statusRow({ environment, model, live, open, blocked }: EnvironmentStatus): string[] {
  return [
    ...[environment, model, live?.version ?? 'nothing', live?.since ?? ''],
    ...[live?.commit?.slice(0, 7) ?? '', live?.verdict ?? ''],
    open === null ? '' : `${open.version} ${open.state} at ${open.step}`,
    blocked.map(({ version }) => version).join(', '),
  ];
}
