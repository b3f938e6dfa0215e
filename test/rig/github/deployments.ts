import { byId, type Call, type Handlers, repositoryOf, userOf } from './call.ts';
import { listed } from './paging.ts';
import type { Deployment, DeploymentStatus } from './records.ts';
import { invalidField, Refusal } from './refusals.ts';
import { resolveCommit } from './revisions.ts';
import { nodeId, repositoryUrl, userShape } from './shapes.ts';
import { type Repository, stamp, timestamp } from './state.ts';

const longestDescription = 140;

function deploymentShape(call: Call, repository: Repository, deployment: Deployment): unknown {
  const base = repositoryUrl(call.places, repository);
  const url = `${base}/deployments/${deployment.id}`;
  const { sha, ref, task, environment, description, payload } = deployment;
  return {
    ...{
      id: deployment.id,
      node_id: nodeId('DE', deployment.id),
      url,
      repository_url: base,
      statuses_url: `${url}/statuses`,
    },
    ...{ sha, ref, task, environment, original_environment: environment, description, payload },
    ...{ transient_environment: false, production_environment: environment === 'production' },
    creator: userShape(call.places, deployment.creator),
    ...{ created_at: deployment.created, updated_at: deployment.updated },
  };
}

function statusShape(
  call: Call,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
): unknown {
  const base = repositoryUrl(call.places, repository);
  const url = `${base}/deployments/${deployment.id}`;
  const { state, description, environment, targetUrl } = status;
  return {
    ...{
      id: status.id,
      node_id: nodeId('DES', status.id),
      url: `${url}/statuses/${status.id}`,
      deployment_url: url,
    },
    ...{
      repository_url: base,
      state,
      description,
      environment,
      environment_url: '',
      log_url: targetUrl,
      target_url: targetUrl,
    },
    creator: userShape(call.places, status.creator),
    ...{ created_at: status.created, updated_at: status.updated },
  };
}

function create(call: Call) {
  const repository = repositoryOf(call);
  const body = call.body as {
    ref: string;
    task?: string;
    environment?: string;
    description?: string | null;
    payload?: unknown;
    required_contexts?: string[];
  };
  const sha = resolveCommit(repository, body.ref);
  if (sha === null) throw new Refusal(422, `No ref found for: ${body.ref}`);
  checkDescription('Deployment', body.description ?? '');
  const pending = unmet(repository, sha, body.required_contexts);
  if (pending.length > 0)
    throw new Refusal(409, `Conflict: Commit status checks failed for ${body.ref}.`, { errors: pending });
  const deployment: Deployment = {
    ...stamp(call.state),
    ...{ creator: userOf(call), sha, ref: body.ref, task: body.task ?? 'deploy' },
    environment: body.environment ?? 'production',
    description: body.description ?? null,
    payload: body.payload ?? {},
    statuses: [],
  };
  repository.deployments.push(call.state.visibility.created(deployment));
  return { status: 201, body: deploymentShape(call, repository, deployment) };
}

/** Checks that must be green first: all of the commit's, or those named. */
function unmet(repository: Repository, sha: string, required: readonly string[] | undefined): unknown[] {
  const own = repository.checks.filter((check) => check.headSha === sha);
  const good = (name: string) =>
    own.some(
      (check) => check.name === name && ['success', 'neutral', 'skipped'].includes(check.conclusion ?? ''),
    );
  const names = required ?? [...new Set(own.map((check) => check.name))];
  return names
    .filter((name) => !good(name))
    .map((context) => ({ resource: 'Deployment', field: 'required_contexts', contexts: [context] }));
}

function checkDescription(resource: string, description: string): void {
  if (description.length > longestDescription)
    throw invalidField(
      resource,
      'description',
      'custom',
      `description is too long (maximum is ${longestDescription} characters)`,
    );
}

function createStatus(call: Call) {
  const repository = repositoryOf(call);
  const deployment = byId(repository.deployments, call.path['deployment_id']);
  const body = call.body as {
    state: string;
    description?: string;
    log_url?: string;
    target_url?: string;
    environment?: string;
    auto_inactive?: boolean;
  };
  checkDescription('DeploymentStatus', body.description ?? '');
  const add = (to: Deployment, state: string): DeploymentStatus => {
    const environment = body.environment ?? to.environment;
    const targetUrl = body.log_url ?? body.target_url ?? '';
    const creator = userOf(call);
    const status = {
      ...stamp(call.state),
      creator,
      state,
      description: body.description ?? '',
      environment,
      targetUrl,
    };
    to.statuses.push(status);
    to.updated = timestamp(call.state.now());
    return status;
  };
  const status = add(deployment, body.state);
  if (body.state === 'success' && body.auto_inactive !== false)
    for (const other of repository.deployments.filter((one) => isReplaced(one, deployment)))
      add(other, 'inactive');
  return { status: 201, body: statusShape(call, repository, deployment, status) };
}

/** GitHub retires earlier successes of the environment by itself (`auto_inactive`). */
function isReplaced(other: Deployment, by: Deployment): boolean {
  return (
    other !== by &&
    other.environment === by.environment &&
    other.id < by.id &&
    other.statuses.at(-1)?.state === 'success'
  );
}

function at(call: Call) {
  const repository = repositoryOf(call);
  return { repository, deployment: byId(repository.deployments, call.path['deployment_id']) };
}

export const deployments: Handlers = {
  'repos/create-deployment': create,
  'repos/create-deployment-status': createStatus,
  'repos/get-deployment': (call) => {
    const { repository, deployment } = at(call);
    return { status: 200, body: deploymentShape(call, repository, deployment) };
  },
  'repos/list-deployments': (call) => {
    const repository = repositoryOf(call);
    const { sha, ref, task, environment } = call.query;
    const is = (wanted: unknown, value: string) => wanted === undefined || wanted === value;
    const fitting = repository.deployments.filter(
      (d) => is(sha, d.sha) && is(ref, d.ref) && is(task, d.task) && is(environment, d.environment),
    );
    const shown = call.state.visibility.shown(fitting).reverse();
    return listed(call, shown, (deployment) => deploymentShape(call, repository, deployment));
  },
  'repos/list-deployment-statuses': (call) => {
    const { repository, deployment } = at(call);
    return listed(call, [...deployment.statuses].reverse(), (s) =>
      statusShape(call, repository, deployment, s),
    );
  },
  'repos/get-deployment-status': (call) => {
    const { repository, deployment } = at(call);
    const status = byId(deployment.statuses, call.path['status_id']);
    return { status: 200, body: statusShape(call, repository, deployment, status) };
  },
};
