import type { RunRecord } from '../../schema/run.types.ts';
import type { WorkflowRun } from './artifacts.ts';

/**
 * A record as far as GitHub's word on the run it came from bears it out, or the reason why it does not: the head it
 * claims, its workflow, its event. A run for a proposal, or from another repository, vouches for nothing beyond that.
 */
export function believed(record: RunRecord, run: WorkflowRun): RunRecord | string {
  const { head_sha, workflow_path, event } = record.commit;
  if (head_sha !== run.headSha) return 'it claims another head than its run had';
  if (workflow_path !== null && workflow_path !== run.path) return 'it claims another workflow';
  if (record.trust.level === 'local') return record;
  if (event !== run.event && run.event !== 'workflow_run') return 'it claims another event';
  const proposal = /^pull_request|^merge_group|^workflow_run/.test(run.event);
  const foreign = run.headRepository !== run.repository;
  if (!proposal && !foreign) return record;
  return {
    ...record,
    trust: { ...record.trust, level: 'pull_request', event: run.event, protected_branch: false },
  };
}

/**
 * Only what a push put on the default branch or a protected one may be a baseline (`protected` says either). Records of
 * laptops and proposals may not: their authors choose what is in them.
 */
export function acceptsTrust({ level, event }: Pick<RunRecord['trust'], 'level' | 'event'>): boolean {
  return level === 'protected' && event === 'push';
}
