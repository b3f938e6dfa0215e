/** A change proposed from a fork by a second account: its run may only read, the second workflow reports. */
import { waitFor } from './github.mjs';
import { Skipped } from './problem.mjs';
import { workflows } from './project.mjs';
import { commitFiles, tipOf } from './scratch.mjs';
import { endedRun, requireCheck, requireComment, requireSuccess } from './watch.mjs';

/** @param second Octokit of the second account */
export async function fromFork(smoke, second, change) {
  const { octokit, place, branch, login, isPrivate } = smoke;
  const { data: person } = await second.rest.users.getAuthenticated();
  if (person.login === login) throw new Skipped('SMOKE_FORK_TOKEN is the same account');
  if (isPrivate) await invite(octokit, second, place, person.login);
  const { data: made } = await second.rest.repos.createFork(place);
  const fork = { owner: made.owner.login, repo: made.name };
  smoke.forked = { octokit: second, place: fork };
  await tipOf(second, fork, branch);
  const sha = await commitFiles(second, fork, {
    ...change,
    onto: await syncedTip(second, fork, branch, change.onto),
  });
  const { data: pull } = await second.rest.pulls.create({
    ...{ ...place, title: 'A change from a fork', head: `${fork.owner}:${change.branch}`, base: branch },
  });
  const run = await endedRun(octokit, place, { headSha: sha, event: 'pull_request', path: workflows.gate });
  await requireSuccess(octokit, place, run);
  await waitFor(`check on ${sha.slice(0, 7)} that the second workflow closed`, () =>
    requireCheck(octokit, place, sha).catch(() => null),
  );
  await requireComment(octokit, place, pull.number);
  return `#${pull.number} was reported by ${workflows.report}: ${run.html_url}`;
}

/** Private repositories run nothing for forks unless they say so, and are forked by those who see them. */
async function invite(octokit, second, place, username) {
  await octokit.request('PUT /repos/{owner}/{repo}/actions/permissions/fork-pr-workflows-private-repos', {
    ...place,
    run_workflows_from_fork_pull_requests: true,
    send_write_tokens_to_workflows: false,
    send_secrets_and_variables: false,
    require_approval_for_fork_pr_workflows: false,
  });
  const { status, data } = await octokit.rest.repos.addCollaborator({ ...place, username });
  if (status === 201)
    await second.rest.repos.acceptInvitationForAuthenticatedUser({ invitation_id: data.id });
}

/** A fork that an earlier run left is brought to where main is; objects are shared, so the commit is there. */
async function syncedTip(second, fork, branch, onto) {
  if ((await tipOf(second, fork, branch)) !== onto)
    await second.rest.git.updateRef({ ...fork, ref: `heads/${branch}`, sha: onto, force: true });
  return onto;
}
