import type { Call } from './call.ts';
import { connection, type PageArguments } from './graphql-connection.ts';
import { demand } from './permissions.ts';
import type { Deployment, DeploymentStatus } from './records.ts';
import { nodeId } from './shapes.ts';
import type { Repository } from './state.ts';

export interface DeploymentArguments extends PageArguments {
  environments?: string[] | null;
  orderBy?: { field: 'CREATED_AT'; direction: 'ASC' | 'DESC' } | null;
}

/** Deployments, oldest first unless asked otherwise. */
export function deploymentsOf(call: Call, repository: Repository, args: DeploymentArguments) {
  demand(call.token, repository, ['deployments'], 'read');
  const { environments, orderBy } = args;
  const all = call.state.visibility.shown(
    repository.deployments.filter(({ environment }) => environments?.includes(environment) ?? true),
  );
  const ordered = orderBy?.direction === 'DESC' ? [...all].reverse() : all;
  return connection('deployments', ordered, args, deploymentNode);
}

function deploymentNode({ id, task, environment, payload, created, statuses }: Deployment) {
  const newest = statuses.at(-1);
  return {
    __typename: 'Deployment',
    id: nodeId('DE', id),
    databaseId: id,
    ...{ task, environment, createdAt: created },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    latestStatus: newest === undefined ? null : statusNode(newest),
  };
}

function statusNode({ id, state, description, created }: DeploymentStatus) {
  return { id: nodeId('DES', id), state: state.toUpperCase(), description, createdAt: created };
}
