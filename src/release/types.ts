import type { EnvironmentConfig } from '../config/deploy.ts';
import type { Documents } from '../ledger/documents.ts';
import type { Deployments, Locks } from '../platform/deployments.ts';
import type { Registry } from '../registry/types.ts';
import type { Runtime } from '../runtime/types.ts';
import type { Web } from '../runtime/web.ts';
import type { DeploymentRecord } from '../schema/deployment.types.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import type { Target } from '../targets/types.ts';

/** What a deployment works with: ports only. */
export interface ReleaseDeps {
  runtime: Runtime;
  web: Web;
  /** Name of the model, and the environment it is deployed to. */
  model: string;
  environment: EnvironmentConfig;
  registry: Registry;
  documents: Documents;
  locks: Locks;
  deployments: Deployments;
  target: Target;
  /** Absolute folder for files on their way. */
  workspace: string;
  /** Drawn at random once per process: what its locks are known by. */
  token: string;
  by: DeploymentRecord['by'];
}

/** What the ledger holds of an environment and of one deployment to it. */
export interface Books {
  state: EnvironmentState;
  record: DeploymentRecord;
}

export type Step = DeploymentRecord['journal'][number]['step'];

/** A step of a rollout: `weight` in percent and `bake` in seconds belong to a shift. */
export interface RolloutStep {
  step: Exclude<Step, 'back-out'>;
  weight: number | null;
  bake: number;
}

/** How a deployment came out. */
export interface DeployResult {
  /** `unchanged`: the version was live already. */
  result: 'unchanged' | Exclude<DeploymentRecord['state'], 'running'>;
  record: DeploymentRecord | null;
  /** One sentence. */
  reason: string;
  exit: 0 | 1 | 3 | 4;
  /** Of a rollback, what it went by and what could not be asked: sentences. */
  used?: readonly string[];
}
