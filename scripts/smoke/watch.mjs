/** What GitHub shows of a workflow run: the run itself, its jobs, the check, the comment, the ledger. */

import { waitFor } from './github.mjs';
import { Problem } from './problem.mjs';
import { orNull } from './scratch.mjs';

const checkName = 'trainyard';
const commentMark = '<!-- trainyard:comment ';
const ledgerBranch = 'trainyard';

/** Waits until a run for this head has ended. */
export function endedRun(octokit, place, { headSha, event, path, attempt = 1 }) {
  return waitFor(`run of ${path} that ended, for the ${event} at ${headSha.slice(0, 7)}`, async () => {
    const run = await newestRun(octokit, place, { headSha, event, path });
    return run && run.status === 'completed' && run.run_attempt >= attempt ? run : null;
  });
}

/** The newest run of a workflow for a head, `null` when there is none. */
export async function newestRun(octokit, place, { headSha, event, path }) {
  const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({
    ...{ ...place, event, head_sha: headSha, per_page: 20 },
  });
  return data.workflow_runs.find((run) => run.path.split('@', 1)[0] === path) ?? null;
}

/** Throws when the run did not succeed, naming the jobs that did not. */
export async function requireSuccess(octokit, place, run) {
  if (run.conclusion === 'success') return;
  const jobs = await jobsOf(octokit, place, run);
  const bad = jobs.filter(({ conclusion }) => !['success', 'skipped'].includes(conclusion));
  const named = bad.map(({ name, conclusion }) => `${name}: ${conclusion}`).join(', ');
  throw new Problem(`The run ended with "${run.conclusion}"${named && ` (${named})`}: ${run.html_url}`);
}

export async function jobsOf(octokit, place, { id }) {
  const { data } = await octokit.rest.actions.listJobsForWorkflowRun({ ...place, run_id: id, per_page: 100 });
  return data.jobs;
}

/** Throws when a job trained. */
export async function requireNoTraining(octokit, place, run) {
  const jobs = await jobsOf(octokit, place, run);
  const trained = jobs.filter(({ name, conclusion }) => /\btrain\b/.test(name) && conclusion !== 'skipped');
  if (trained.length > 0)
    throw new Problem(`"${trained[0].name}" ran (${trained[0].conclusion}): ${run.html_url}`);
}

/**
 * The one closed check of a head. Throws when there are none or several, or when it blocks: that so small a change makes
 * the model no worse may be certain or not.
 */
export async function requireCheck(octokit, place, ref) {
  const { data } = await octokit.rest.checks.listForRef({
    ...place,
    ref,
    check_name: checkName,
    per_page: 100,
  });
  const said = data.check_runs.map((check) => `${check.status}/${check.conclusion}`).join(', ') || 'none';
  const [check] = data.check_runs;
  if (data.check_runs.length !== 1 || !['success', 'neutral'].includes(check.conclusion))
    throw new Problem(
      `${ref.slice(0, 7)} has the checks "${checkName}": ${said}; expected one, success or neutral.`,
    );
  return check;
}

/** The one comment of ours. Throws when there are none or several. */
export async function requireComment(octokit, place, number) {
  const all = await octokit.paginate(octokit.rest.issues.listComments, {
    ...{ ...place, issue_number: number, per_page: 100 },
  });
  const ours = all.filter(({ body }) => body?.startsWith(commentMark));
  if (ours.length === 1) return ours[0];
  throw new Problem(`#${number} has ${ours.length} comments of ours, expected one.`);
}

/** Throws when the ledger does not hold a run of this commit. */
export async function requireRecorded(octokit, place, sha, model) {
  const path = `index/${model}/head.json`;
  const found = await orNull(octokit.rest.repos.getContent({ ...place, path, ref: ledgerBranch }));
  if (found === null) throw new Problem(`The branch "${ledgerBranch}" has no ${path}.`);
  const text = Buffer.from(found.content, 'base64').toString();
  if (!text.includes(sha)) throw new Problem(`${path} of the ledger does not hold ${sha.slice(0, 7)}.`);
}
