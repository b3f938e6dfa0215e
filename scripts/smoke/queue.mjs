/** A merge queue, where the owner's plan has one: organisations only, and for private repositories not every plan. */

import { waitFor } from './github.mjs';
import { Problem, Skipped } from './problem.mjs';
import { model, workflows } from './project.mjs';
import { commitFiles, tipOf } from './scratch.mjs';
import { endedRun, requireNoTraining, requireRecorded, requireSuccess } from './watch.mjs';

const ruleset = (branch) => ({
  ...{ name: 'trainyard smoke', target: 'branch', enforcement: 'active' },
  conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
  rules: [
    {
      type: 'merge_queue',
      parameters: {
        ...{ merge_method: 'SQUASH', grouping_strategy: 'ALLGREEN', check_response_timeout_minutes: 60 },
        ...{ max_entries_to_build: 5, max_entries_to_merge: 5 },
        ...{ min_entries_to_merge: 1, min_entries_to_merge_wait_minutes: 0 },
      },
    },
    {
      type: 'required_status_checks',
      parameters: {
        strict_required_status_checks_policy: false,
        required_status_checks: [{ context: 'trainyard' }],
      },
    },
  ],
});

export async function throughQueue(smoke, change) {
  const { octokit, place, branch, owner, login } = smoke;
  if (owner.toLowerCase() === login.toLowerCase())
    throw new Skipped('a user has no merge queue; --owner with an organisation that has one');
  const id = await makeQueue(octokit, place, branch);
  try {
    const head = `queued-${Date.now().toString(36)}`;
    const onto = await tipOf(octokit, place, branch);
    const sha = await commitFiles(octokit, place, change(head, onto, '1.004'));
    const title = 'A change through the queue';
    const { data: pull } = await octokit.rest.pulls.create({ ...place, title, head, base: branch });
    const run = await endedRun(octokit, place, { headSha: sha, event: 'pull_request', path: workflows.gate });
    await requireSuccess(octokit, place, run);
    await octokit.graphql(
      'mutation($id: ID!) { enqueuePullRequest(input: { pullRequestId: $id }) { clientMutationId } }',
      { id: pull.node_id },
    );
    return await merged(smoke, pull.number);
  } finally {
    await octokit.rest.repos.deleteRepoRuleset({ ...place, ruleset_id: id });
  }
}

async function makeQueue(octokit, place, branch) {
  try {
    const { data } = await octokit.rest.repos.createRepoRuleset({ ...place, ...ruleset(branch) });
    return data.id;
  } catch (error) {
    if (error.status !== 403 && error.status !== 422) throw error;
    throw new Skipped(`GitHub gives this repository no merge queue: ${error.message}`);
  }
}

/** The queue merges what it has checked as it is: the commit of the group is the commit of main. */
async function merged({ octokit, place }, number) {
  const pull = await waitFor(`merge of #${number} by the queue`, async () => {
    const { data } = await octokit.rest.pulls.get({ ...place, pull_number: number });
    if (data.state === 'closed' && !data.merged) throw new Problem(`#${number} was closed without a merge.`);
    return data.merged ? data : null;
  });
  const sha = pull.merge_commit_sha;
  await requireSuccess(
    octokit,
    place,
    await endedRun(octokit, place, { headSha: sha, event: 'merge_group', path: workflows.gate }),
  );
  const run = await endedRun(octokit, place, { headSha: sha, event: 'push', path: workflows.gate });
  await requireSuccess(octokit, place, run);
  await requireNoTraining(octokit, place, run);
  await requireRecorded(octokit, place, sha, model);
  return `#${number} went through the queue, recorded without training: ${run.html_url}`;
}
