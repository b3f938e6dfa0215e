import { readHistory } from '../formats/deployment.ts';
import { readState } from '../release/books.ts';
import { historyPath } from '../release/paths.ts';
import { oneDestination, type ReleaseSite } from '../release/site.ts';
import type { DeploymentEntry } from '../schema/environment.types.ts';
import type { Asked } from './deploy.ts';

/** The last `count` deployments that ended, newest first; older parts of the history are read only as far as needed. */
export async function history(
  site: ReleaseSite,
  { count, ...asked }: Asked & { count: number },
): Promise<DeploymentEntry[]> {
  const { model, environment } = await oneDestination(site, asked);
  const deps = await site.open(model, environment);
  const { state } = await readState(deps);
  const entries = [...state.recent];
  for (let part = state.segments; part > 0 && entries.length < count; part -= 1) {
    const path = historyPath(environment.name, model.name, part);
    const [text = null] = (await deps.documents.read([path])).texts;
    if (text !== null) entries.push(...readHistory(text, path).entries);
  }
  return entries.slice(0, count);
}
