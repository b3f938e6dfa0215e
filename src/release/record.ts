import type { DeploymentRecord } from '../schema/deployment.types.ts';
import type { ReleaseDeps } from './types.ts';

/** What differs from one deployment to another when it begins. */
type Begun = Pick<DeploymentRecord, 'id' | 'kind' | 'candidate' | 'from' | 'fence' | 'reason' | 'created'>;

/** The record of a deployment that begins. */
export function beginning(
  { model, environment, target, by }: Pick<ReleaseDeps, 'model' | 'environment' | 'target' | 'by'>,
  { id, kind, candidate, from, fence, reason, created }: Begun,
): DeploymentRecord {
  return {
    ...{ schema: 'trainyard/deployment', version: 1, id, environment: environment.name, model, kind },
    ...{ candidate, from, target: target.id, fence, by, state: 'running', ending: null, reason },
    ...{ created, finished: null, journal: [], measurements: [] },
  };
}
