import type { DeploymentRecord } from '../schema/deployment.types.ts';
import { validate as validateRecord } from '../schema/deployment.validate.js';
import type { DeploymentHistory } from '../schema/deployment-history.types.ts';
import { validate as validateHistory } from '../schema/deployment-history.validate.js';
import type { EnvironmentState } from '../schema/environment.types.ts';
import { validate as validateState } from '../schema/environment.validate.js';
import { readDocument } from './document.ts';

/** The record of a deployment from its JSON; anything else, and a newer one, is a ConfigError naming the line. */
export function readDeployment(text: string, file: string): DeploymentRecord {
  return readDocument(text, file, {
    ...{ what: 'deployment record', schema: 'trainyard/deployment', file: 'deployment.schema.json' },
    ...{ version: 1, validate: validateRecord },
  });
}

/** The state of an environment from its JSON; likewise. */
export function readEnvironment(text: string, file: string): EnvironmentState {
  return readDocument(text, file, {
    ...{ what: 'environment state', schema: 'trainyard/environment', file: 'environment.schema.json' },
    ...{ version: 1, validate: validateState },
  });
}

/** A sealed part of the history from its JSON; likewise. */
export function readHistory(text: string, file: string): DeploymentHistory {
  return readDocument(text, file, {
    ...{ what: 'deployment history', schema: 'trainyard/deployment-history' },
    ...{ file: 'deployment-history.schema.json', version: 1, validate: validateHistory },
  });
}
