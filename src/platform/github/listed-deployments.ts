import { at, type GitHubClient } from '../../github/types.ts';
import type { PlacedVersion } from '../../schema/deployment.types.ts';
import type { Deployments } from '../deployments.ts';

/** A deployment as GitHub lists it. */
export interface ListedDeployment {
  id: number;
  task: string;
  payload: unknown;
}

export interface Status {
  state: string;
  description: string;
}

export const needs = 'deployments: write';

/** Deployments that are looked through for our own; the newest comes first. */
const looked = 100;

/** Deployments whose status is asked for until one was good. */
const mostAsked = 10;

/** The newest deployments of an environment, newest first. */
export async function listDeployments(
  client: GitHubClient,
  environment: string,
): Promise<ListedDeployment[]> {
  const path = at`/repos/${client.owner}/${client.repo}/deployments`;
  const query = { environment, per_page: looked };
  return (await client.rest<ListedDeployment[]>({ method: 'GET', path, query, needs })).data;
}

export function statusesOf({ owner, repo }: GitHubClient, { id }: ListedDeployment) {
  return at`/repos/${owner}/${repo}/deployments/${id}/statuses`;
}

/** What was said last of a deployment. */
export async function newestStatus(
  client: GitHubClient,
  listed: ListedDeployment,
): Promise<Status | undefined> {
  const path = statusesOf(client, listed);
  return (await client.rest<Status[]>({ method: 'GET', path, query: { per_page: 1 }, needs })).data[0];
}

/** The id of a deployment of ours, else `null`. */
export function idOf(listed: ListedDeployment): string | null {
  const { id } = payloadOf(listed);
  return typeof id === 'string' ? id : null;
}

/**
 * The newest version that was live before `live`, by what GitHub shows: its deployment says `success`, or `inactive` for one
 * that another replaced. One that a rollback left later is passed over.
 */
export async function lastGoodShown(
  client: GitHubClient,
  { environment, model, live }: Parameters<Deployments['lastGood']>[0],
): Promise<PlacedVersion | null> {
  const all = await listDeployments(client, environment);
  for (const { listed, shown } of notLeft(all, model, live.version).slice(0, mostAsked)) {
    const { state } = (await newestStatus(client, listed)) ?? {};
    if (state === 'success' || state === 'inactive') return shown;
  }
  return null;
}

/** Deployments of a model, newest first, of versions that no later rollback left; `live` counts as left. */
function notLeft(all: readonly ListedDeployment[], model: string, live: string) {
  const left = new Set<unknown>([live]);
  const found: { listed: ListedDeployment; shown: PlacedVersion }[] = [];
  for (const listed of all) {
    const { id: deployment, version, digest, from, ...of } = payloadOf(listed);
    if (of['model'] !== model) continue;
    if (typeof deployment === 'string' && typeof version === 'string' && typeof digest === 'string')
      if (!left.has(version)) found.push({ listed, shown: { deployment, version, digest } });
    if (listed.task === 'rollback') left.add(from);
  }
  return found;
}

/** What a deployment of ours carries with it; GitHub gives it back as it came, or as a text. */
function payloadOf({ payload }: ListedDeployment): Record<string, unknown> {
  const value = typeof payload === 'string' ? parsed(payload) : payload;
  const carried = (value ?? {}) as Record<string, unknown>;
  return carried['schema'] === 'trainyard/deployment' ? carried : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
