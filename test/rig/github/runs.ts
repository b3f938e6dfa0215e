import { byId, type Call, type Handlers, repositoryOf } from './call.ts';
import { getObject, signatureDate } from './git-objects.ts';
import { counted } from './paging.ts';
import type { Job, WorkflowRun } from './records.ts';
import { Refusal } from './refusals.ts';
import { minimalRepository, nodeId, repositoryPage, repositoryUrl, userShape } from './shapes.ts';
import { type Repository, timestamp } from './state.ts';

function runShape(call: Call, repository: Repository, run: WorkflowRun): unknown {
  const [base, page] = [repositoryUrl(call.places, repository), repositoryPage(call.places, repository)];
  const url = `${base}/actions/runs/${run.id}`;
  const actor = userShape(call.places, run.actor);
  return {
    ...{ id: run.id, node_id: nodeId('WFR', run.id), name: run.path, path: run.path, event: run.event },
    ...{ head_branch: run.headBranch, head_sha: run.headSha, status: run.status, conclusion: run.conclusion },
    ...{
      run_number: run.number,
      run_attempt: run.attempt,
      workflow_id: run.workflowId,
      display_title: run.path,
    },
    ...{ url, html_url: `${page}/actions/runs/${run.id}`, actor, triggering_actor: actor },
    pull_requests:
      run.headRepository === repository ? run.pulls.map((number) => pullShape(call, repository, number)) : [],
    ...{ created_at: run.created, updated_at: run.updated, run_started_at: run.created },
    ...{
      jobs_url: `${url}/jobs`,
      logs_url: `${url}/logs`,
      artifacts_url: `${url}/artifacts`,
      cancel_url: `${url}/cancel`,
    },
    ...{
      rerun_url: `${url}/rerun`,
      check_suite_url: `${base}/check-suites/${run.id}`,
      previous_attempt_url: null,
    },
    workflow_url: `${base}/actions/workflows/${run.workflowId}`,
    head_commit: headCommit(repository, run.headSha),
    repository: minimalRepository(call.places, repository),
    head_repository: minimalRepository(call.places, run.headRepository),
  };
}

function headCommit({ objects }: Repository, sha: string) {
  const commit = getObject(objects, 'commit', sha);
  if (!commit) return null;
  const { author, committer, message, tree } = commit;
  const people = {
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
  return { id: sha, tree_id: tree, message, timestamp: signatureDate(committer), ...people };
}

/** GitHub lists no pull requests for runs from forks. */
function pullShape(call: Call, repository: Repository, number: number) {
  const pull = repository.issues.get(number)?.pull;
  const url = repositoryUrl(call.places, repository);
  const repo = { id: repository.id, url, name: repository.name };
  const head = { ref: pull?.head.ref ?? '', sha: pull?.head.sha ?? '', repo };
  const base = { ref: pull?.base ?? '', sha: pull?.baseSha ?? '', repo };
  return {
    id: repository.issues.get(number)?.id ?? number,
    number,
    url: `${url}/pulls/${number}`,
    head,
    base,
  };
}

function jobShape(call: Call, repository: Repository, run: WorkflowRun, job: Job): unknown {
  const base = repositoryUrl(call.places, repository);
  return {
    ...{
      id: job.id,
      node_id: nodeId('CR', job.id),
      run_id: run.id,
      run_url: `${base}/actions/runs/${run.id}`,
    },
    ...{
      run_attempt: run.attempt,
      head_sha: run.headSha,
      head_branch: run.headBranch,
      workflow_name: run.path,
    },
    ...{
      name: job.name,
      status: job.status,
      conclusion: job.conclusion,
      labels: ['ubuntu-latest'],
      steps: [],
    },
    url: `${base}/actions/jobs/${job.id}`,
    html_url: `${repositoryPage(call.places, repository)}/actions/runs/${run.id}/job/${job.id}`,
    check_run_url: `${base}/check-runs/${job.id}`,
    ...{
      created_at: job.created,
      started_at: job.created,
      completed_at: job.conclusion === null ? null : job.updated,
    },
    ...{ runner_id: null, runner_name: null, runner_group_id: null, runner_group_name: null },
  };
}

function listRuns(call: Call) {
  const repository = repositoryOf(call);
  const workflow = call.path['workflow_id'];
  if (workflow !== undefined && !repository.runs.some((run) => isOf(run, workflow)))
    throw new Refusal(404, 'Not Found');
  const { head_sha: sha, branch, event, status, actor, created } = call.query;
  const is = (wanted: unknown, ...values: unknown[]) => wanted === undefined || values.includes(wanted);
  const fitting = repository.runs.filter(
    (run) =>
      (workflow === undefined || isOf(run, workflow)) &&
      is(sha, run.headSha) &&
      is(branch, run.headBranch) &&
      is(event, run.event) &&
      is(status, run.status, run.conclusion) &&
      is(actor, run.actor.login) &&
      inRange(run.created, created),
  );
  const newest = call.state.visibility.shown(fitting).reverse();
  return counted(call, 'workflow_runs', newest, (run) => runShape(call, repository, run));
}

/** A workflow is named by its id or its file's name. */
function isOf(run: WorkflowRun, workflow: unknown): boolean {
  return String(run.workflowId) === String(workflow) || run.path.split('/').at(-1) === workflow;
}

/** `2026-01-01`, `>=2026-01-01`, `<…`, `a..b` as GitHub's search has them. */
function inRange(time: string, range: unknown): boolean {
  if (range === undefined) return true;
  const text = String(range);
  const [from, to] = text.split('..');
  if (to !== undefined) return (from === '*' || time >= String(from)) && (to === '*' || time <= `${to}~`);
  const [, sign = '', bound = ''] = /^([<>]?=?)(.*)$/.exec(text) ?? [];
  if (sign.startsWith('>')) return sign === '>=' ? time >= bound : time > `${bound}~`;
  if (sign.startsWith('<')) return sign === '<=' ? time <= `${bound}~` : time < bound;
  return time.startsWith(bound);
}

function runAt(call: Call) {
  const repository = repositoryOf(call);
  return { repository, run: byId(repository.runs, call.path['run_id']) };
}

export const runs: Handlers = {
  'actions/list-workflow-runs': listRuns,
  'actions/list-workflow-runs-for-repo': listRuns,
  'actions/get-workflow-run': (call) => {
    const { repository, run } = runAt(call);
    return { status: 200, body: runShape(call, repository, run) };
  },
  'actions/cancel-workflow-run': (call) => {
    const { run } = runAt(call);
    if (run.status === 'completed') throw new Refusal(409, 'Cannot cancel a workflow run that is completed.');
    Object.assign(run, {
      status: 'completed',
      conclusion: 'cancelled',
      updated: timestamp(call.state.now()),
    });
    return { status: 202, body: {} };
  },
  'actions/list-jobs-for-workflow-run': (call) => {
    const { repository, run } = runAt(call);
    return counted(call, 'jobs', run.jobs, (job) => jobShape(call, repository, run, job));
  },
};
