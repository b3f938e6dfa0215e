import type { Runtime } from '../../runtime/types.ts';
import { conclusionOf, type Deployments } from '../deployments.ts';
import { deploymentCheckName } from '../names.ts';
import { createStateFolder } from './state-folder.ts';

/**
 * What GitHub would show, as files below `.trainyard/deployments/<environment>/`, the newest of each model:
 * `<model>.json`, the check `<model>.check.json` and the comment `<model>.comment.md`.
 */
export function createLocalDeployments(runtime: Runtime, root: string): Deployments {
  const state = createStateFolder(runtime, root);
  const ensure = (of: { environment: string; model: string }, kind: string, content: string) =>
    state.ensure(`deployments/${of.environment}/${of.model}.${kind}`, content);
  return {
    ensure: async (record, environmentUrl) => {
      const { id, environment, model, kind, candidate, reason, created, finished } = record;
      const shown = {
        ...{ id, environment, model, kind, version: candidate.version },
        ...{ state: record.state, reason, created, finished, environment_url: environmentUrl },
      };
      return ensure(record, 'json', printed(shown));
    },
    ensureCheck: async ({ record, reason, timeline }) => {
      const { id, environment, model, candidate } = record;
      const check = {
        ...{ name: deploymentCheckName(environment, model), headSha: candidate.commit, externalId: id },
        ...{ conclusion: conclusionOf(record), title: reason, summary: timeline },
      };
      return ensure(record, 'check.json', printed(check));
    },
    ensureComment: async ({ record, timeline }) => ensure(record, 'comment.md', timeline),
    // Only the newest deployment is shown here.
    lastGood: async () => null,
  };
}

function printed(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
