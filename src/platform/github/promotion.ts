import type { GitHubClient } from '../../github/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import type { CommitInfo, Platform, RunContext } from '../types.ts';
import { runsOfHead, type WorkflowRun } from './artifacts.ts';
import { pullsOfCommit } from './pulls.ts';

/** Runs whose artifacts are looked at, and pull requests of one commit. */
const runsTried = 5;
const pullsTried = 3;

/**
 * Records that a pushed commit may take over without training: those of runs of our workflow, from our repository, on
 * the head of a pull request that brought the commit, or on the commit itself in the queue. What a record says it was
 * built from is a claim: GitHub must know that commit, with that tree, as the merge of that head. One from another tree
 * than the pushed one is given only when `.github/` is equal (the caller compares inputs and configuration).
 */
export async function promotableFor(
  client: GitHubClient,
  context: RunContext,
  commits: Pick<Platform, 'commit' | 'folderAt'>,
  recordsOf: (run: WorkflowRun) => Promise<RunRecord[]>,
): Promise<RunRecord[]> {
  const found: RunRecord[] = [];
  for (const run of await sourceRuns(client, context)) {
    for (const record of await recordsOf(run)) {
      const built = await builtBy(record, run, commits.commit);
      if (built && (await mayStandFor(commits, built, context))) found.push(record);
    }
    if (found.some(({ status, commit: { tree } }) => status === 'succeeded' && tree === context.tree)) break;
  }
  return found;
}

/** Runs whose records may be promoted to the commit, newest first. */
async function sourceRuns(client: GitHubClient, context: RunContext): Promise<WorkflowRun[]> {
  const { builtSha, workflowPath } = context;
  if (builtSha === null || workflowPath === null) return [];
  const ours = (run: WorkflowRun) => run.path === workflowPath && run.headRepository === run.repository;
  const queued = (await runsOfHead(client, builtSha)).filter(
    (run) => run.event === 'merge_group' && ours(run),
  );
  const runs = [...queued];
  for (const pull of (await pullsOfCommit(client, builtSha)).slice(0, pullsTried)) {
    if (pull.headSha === builtSha && !pull.merged) continue;
    const proposed = (await runsOfHead(client, pull.headSha)).filter(
      (run) => run.event === 'pull_request' && ours(run) && run.headRepository === pull.headRepository,
    );
    runs.push(...proposed);
  }
  return runs.slice(0, runsTried);
}

/** The commit a record was built from, when GitHub bears the claim out. */
async function builtBy(
  record: RunRecord,
  run: WorkflowRun,
  commit: Platform['commit'],
): Promise<CommitInfo | null> {
  const { built_sha, tree, event, dirty } = record.commit;
  if (built_sha === null || dirty || event !== run.event) return null;
  const built = await commit(built_sha);
  if (built === null || built.sha !== built_sha || built.tree !== tree) return null;
  const merged = run.event === 'pull_request' && built.parents[1] === run.headSha;
  return merged || built.sha === run.headSha ? built : null;
}

async function mayStandFor(
  { folderAt }: Pick<Platform, 'folderAt'>,
  built: CommitInfo,
  { tree, builtSha }: RunContext,
): Promise<boolean> {
  if (tree === null || builtSha === null) return false;
  if (built.tree === tree) return true;
  const [there, here] = await Promise.all([folderAt(built.sha, '.github'), folderAt(builtSha, '.github')]);
  return there === here;
}
