import type { Runtime } from '../../runtime/types.ts';
import type { Deployments } from '../deployments.ts';
import { createStateFolder } from './state-folder.ts';

/** What GitHub would show, as files: `.trainyard/deployments/<environment>/<model>.json`, the newest of each. */
export function createLocalDeployments(runtime: Runtime, root: string): Deployments {
  const state = createStateFolder(runtime, root);
  return {
    ensure: async (record, environmentUrl) => {
      const { id, environment, model, kind, candidate, reason, created, finished } = record;
      const shown = {
        ...{ id, environment, model, kind, version: candidate.version },
        ...{ state: record.state, reason, created, finished, environment_url: environmentUrl },
      };
      const name = `deployments/${environment}/${model}.json`;
      return state.ensure(name, `${JSON.stringify(shown, null, 2)}\n`);
    },
  };
}
