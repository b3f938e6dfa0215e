/** The steps of the smoke test, in order; each gives a sentence, throws a Problem, or is Skipped. */

import { fromFork } from './fork.mjs';
import { missingScopes, openGitHub, waitFor } from './github.mjs';
import { Problem, Skipped } from './problem.mjs';
import { model, paramsWith, projectFiles, workflows } from './project.mjs';
import { throughQueue } from './queue.mjs';
import { commitFiles, deleteFork, deleteScratch, ensureScratch, tipOf } from './scratch.mjs';
import {
  endedRun,
  newestRun,
  requireCheck,
  requireComment,
  requireNoTraining,
  requireRecorded,
  requireSuccess,
} from './watch.mjs';

const branchName = () => `candidate-${Date.now().toString(36)}`;
const short = (sha) => sha.slice(0, 7);

async function token(smoke) {
  const { octokit, options } = smoke;
  const { data, headers } = await octokit.rest.users.getAuthenticated();
  const wanted = ['repo', 'workflow', ...(options.deletes ? ['delete_repo'] : [])];
  const missing = missingScopes(headers['x-oauth-scopes'], wanted);
  if (missing.length > 0) throw new Problem(`The token lacks the scope ${missing.join(' and ')}.`);
  Object.assign(smoke, { login: data.login, owner: options.owner ?? data.login });
  return `${data.login}${headers['x-oauth-scopes'] === undefined ? '; the token does not say its scopes' : ''}`;
}

async function repository(smoke) {
  const { octokit, options, owner, login } = smoke;
  const found = await ensureScratch(octokit, { owner, login, repository: options.repository });
  Object.assign(smoke, found);
  return `${owner}/${options.repository}, ${found.made ? 'made' : 'made by an earlier run'}`;
}

async function baseline(smoke) {
  const { octokit, place, branch, options } = smoke;
  const onto = await tipOf(octokit, place, branch);
  const files = projectFiles(options.action, branch);
  const message = 'Begin, as a user does';
  const sha = (await commitFiles(octokit, place, { files, message, branch, onto, all: true })) ?? onto;
  const run = await endedRun(octokit, place, { headSha: sha, event: 'push', path: workflows.gate });
  await requireSuccess(octokit, place, run);
  await requireRecorded(octokit, place, sha, model);
  return `${short(sha)} trained and recorded: ${run.html_url}`;
}

async function pullRequest(smoke) {
  const { octokit, place, branch } = smoke;
  const onto = await tipOf(octokit, place, branch);
  const head = branchName();
  const sha = await commitFiles(octokit, place, change(head, onto, '1.001'));
  const title = 'A change that keeps the model as good';
  const { data: pull } = await octokit.rest.pulls.create({ ...place, title, head, base: branch });
  Object.assign(smoke, { number: pull.number, head });
  const run = await judged(smoke, sha);
  smoke.judged = run;
  return `#${pull.number} has one comment and one check: ${run.html_url}`;
}

const change = (branch, onto, strength) => ({
  ...{ branch, onto, files: { 'params.yaml': paramsWith(strength) } },
  message: `Regularise by ${strength}`,
});

/** Waits for the run of a head and looks at all it leaves. */
async function judged({ octokit, place, number }, headSha, attempt = 1) {
  const run = await endedRun(octokit, place, {
    headSha,
    event: 'pull_request',
    path: workflows.gate,
    attempt,
  });
  await requireSuccess(octokit, place, run);
  const check = await requireCheck(octokit, place, headSha);
  if (check.external_id !== String(run.id))
    throw new Problem(
      `The check on ${short(headSha)} says it is of run ${check.external_id}, not of ${run.id}.`,
    );
  await requireComment(octokit, place, number);
  return run;
}

async function superseded(smoke) {
  const { octokit, place, head } = smoke;
  const first = await commitFiles(octokit, place, change(head, await tipOf(octokit, place, head), '0.00001'));
  await waitFor(`run for ${short(first)}`, () =>
    newestRun(octokit, place, { headSha: first, event: 'pull_request', path: workflows.gate }),
  );
  const second = await commitFiles(octokit, place, change(head, first, '1.002'));
  smoke.judged = await judged(smoke, second);
  const older = await endedRun(octokit, place, {
    headSha: first,
    event: 'pull_request',
    path: workflows.gate,
  });
  if (older.conclusion === 'cancelled')
    return `the run for ${short(first)} was cancelled, ${short(second)} stands`;
  return `the run for ${short(first)} had ended ("${older.conclusion}") before ${short(second)} came, which stands`;
}

async function rerun(smoke) {
  const { octokit, place, judged: run } = smoke;
  const before = await requireComment(octokit, place, smoke.number);
  await octokit.rest.actions.reRunWorkflow({ ...place, run_id: run.id });
  await judged(smoke, run.head_sha, run.run_attempt + 1);
  const after = await requireComment(octokit, place, smoke.number);
  if (after.id !== before.id) throw new Problem(`The comment ${before.id} was replaced by ${after.id}.`);
  return `attempt ${run.run_attempt + 1} left one check and the same comment`;
}

async function merge(smoke) {
  const { octokit, place, number } = smoke;
  const merging = { ...place, pull_number: number, merge_method: 'squash' };
  const { data } = await octokit.rest.pulls.merge(merging);
  const run = await endedRun(octokit, place, { headSha: data.sha, event: 'push', path: workflows.gate });
  await requireSuccess(octokit, place, run);
  await requireNoTraining(octokit, place, run);
  await requireRecorded(octokit, place, data.sha, model);
  return `${short(data.sha)} recorded without training: ${run.html_url}`;
}

async function fork(smoke) {
  const { options, hear } = smoke;
  if (options.forkToken === null) throw new Skipped('needs SMOKE_FORK_TOKEN, the token of a second account');
  const second = openGitHub({ token: options.forkToken, apiUrl: options.apiUrl, hear });
  return fromFork(
    smoke,
    second,
    change(branchName(), await tipOf(smoke.octokit, smoke.place, smoke.branch), '1.003'),
  );
}

async function answers({ description }) {
  const { compared, unknown, problems } = description.found();
  if (problems.length > 0)
    throw new Problem(`${problems.length} kinds of answers are not as described:\n${problems.join('\n')}`);
  const rest = unknown.length === 0 ? '' : `; not in our cut: ${unknown.join(', ')}`;
  return `${compared} answers are as the tests' GitHub gives them${rest}`;
}

async function removal({ octokit, place, options, forked }) {
  if (!options.deletes) throw new Skipped('kept; --delete removes it');
  if (forked) await deleteFork(forked.octokit, forked.place, place);
  await deleteScratch(octokit, place);
  return 'deleted';
}

/** `needs`: steps without which this one makes no sense; `calls`: what it asks of GitHub. */
export const steps = [
  { name: 'token', run: token, needs: [], calls: ['GET /user'] },
  {
    name: 'scratch repository',
    run: repository,
    needs: ['token'],
    calls: ['GET /repos/{owner}/{repo}', 'POST /user/repos or /orgs/{org}/repos, unless it is there'],
  },
  {
    name: 'main is trained and recorded',
    run: baseline,
    needs: ['scratch repository'],
    calls: [
      'POST /repos/{owner}/{repo}/git/trees, …/git/commits, PATCH …/git/refs/heads/main',
      'GET /repos/{owner}/{repo}/actions/runs until the run has ended',
      'GET /repos/{owner}/{repo}/contents/index/tumours/head.json?ref=trainyard',
    ],
  },
  {
    name: 'a pull request is judged',
    run: pullRequest,
    needs: ['main is trained and recorded'],
    calls: [
      'POST /repos/{owner}/{repo}/git/trees, …/git/commits, …/git/refs',
      'POST /repos/{owner}/{repo}/pulls',
      'GET /repos/{owner}/{repo}/actions/runs until the run has ended',
      'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    ],
  },
  {
    name: 'a newer push supersedes',
    run: superseded,
    needs: ['a pull request is judged'],
    calls: ['twice POST …/git/trees, …/git/commits, PATCH …/git/refs', 'the same questions as before'],
  },
  {
    name: 'a run is run again',
    run: rerun,
    needs: ['a pull request is judged'],
    calls: ['POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', 'the same questions as before'],
  },
  {
    name: 'the merge trains nothing',
    run: merge,
    needs: ['a pull request is judged'],
    calls: [
      'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
      'GET /repos/{owner}/{repo}/actions/runs until the run has ended, …/runs/{run_id}/jobs',
      'GET /repos/{owner}/{repo}/contents/index/tumours/head.json?ref=trainyard',
    ],
  },
  {
    name: 'a merge queue',
    run: (smoke) => throughQueue(smoke, change),
    needs: ['the merge trains nothing'],
    calls: [
      'in an organisation: POST /repos/{owner}/{repo}/rulesets with a merge queue, DELETE it in the end',
      'POST …/git/trees, …/git/commits, …/git/refs, POST …/pulls, POST /graphql enqueuePullRequest',
    ],
  },
  {
    name: 'a pull request from a fork',
    run: fork,
    needs: ['main is trained and recorded'],
    calls: [
      'PUT /repos/{owner}/{repo}/actions/permissions/fork-pr-workflows-private-repos',
      'PUT /repos/{owner}/{repo}/collaborators/{username}; the second account accepts and forks',
      'POST …/git/trees, …/git/commits, …/git/refs in the fork, POST …/pulls',
      'GET …/commits/{ref}/check-runs until the second workflow has reported',
    ],
  },
  {
    name: 'answers as described',
    run: answers,
    needs: ['token'],
    calls: ['nothing: all answers so far are compared'],
  },
  {
    name: 'removal',
    run: removal,
    needs: ['scratch repository'],
    calls: ['with --delete: DELETE /repos/{owner}/{repo}, and the fork'],
  },
];
