import { statePath } from '../release/paths.ts';
import type { LiveVersion } from '../schema/environment.types.ts';
import type { Deps } from './deps.ts';

/** The environment that `baseline: production` means. */
const environment = 'production';

/** The version of a model that is live in production, as the ledger has it; `null` before one was deployed. */
export async function liveVersion(
  { documents }: Pick<Deps, 'documents'>,
  model: string,
): Promise<LiveVersion | null> {
  const path = statePath(environment, model);
  const [text] = (await documents.read([path])).texts;
  if (typeof text !== 'string') return null;
  const { readEnvironment } = await import('../formats/deployment.ts');
  return readEnvironment(text, `trainyard:${path}`).live;
}
