import type { DeploymentRecord } from '../schema/deployment.types.ts';
import { inline } from './escape.ts';
import { markdownTable } from './table.ts';

/** A deployment as Markdown: how it came out, its steps, what was measured, and what a rollback went by. */
export function deploymentSummary(
  reason: string,
  record: DeploymentRecord | null,
  used: readonly string[] = [],
): string {
  const by = used.length === 0 ? [] : [`${used.map((said) => `- ${inline(said, 1000)}`).join('\n')}\n`];
  if (record === null) return [`${inline(reason, 1000)}\n`, ...by].join('\n');
  const { model, environment, candidate, from, state, journal, measurements } = record;
  const title = `### ${inline(model)} ${inline(candidate.version)} to ${inline(environment)}: ${state}`;
  const before = from === null ? 'Nothing was live before.' : `${inline(from.version)} was live before.`;
  const steps = journal.map(({ step, weight, begun, done }) => [
    weight === null ? step : `${step} ${weight} %`,
    begun,
    done ?? '',
  ]);
  const values = measurements.map(({ metric, at, phase, message }) => [metric, at, phase, message]);
  return [
    `${title}\n\n${inline(reason, 1000)} ${before}\n`,
    ...by,
    markdownTable(['step', 'begun', 'done'], steps),
    ...(values.length === 0 ? [] : [markdownTable(['metric', 'at', 'result', 'value'], values)]),
  ].join('\n');
}
