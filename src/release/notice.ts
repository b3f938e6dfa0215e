import type { Notice } from '../platform/deployments.ts';
import { deploymentSummary } from '../report/deployment.ts';
import type { DeploymentRecord } from '../schema/deployment.types.ts';

/** How a deployment came out, or why it is held, in one sentence that follows from its record alone. */
export function sentenceOf({ model, environment, candidate, from, state, reason }: DeploymentRecord): string {
  if (state === 'succeeded') return `${model} ${candidate.version} is live in ${environment}.`;
  if (state === 'held') return `Held where it is, for somebody to decide: ${reason}.`;
  return `${reason}; ${from === null ? 'nothing is live' : `${from.version} is live again`}.`;
}

/** What people are told of a deployment that ended or is held. */
export function noticeOf(record: DeploymentRecord): Notice {
  const reason = sentenceOf(record);
  return { record, reason, timeline: deploymentSummary(reason, record) };
}
