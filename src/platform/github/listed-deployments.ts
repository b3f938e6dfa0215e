import { queryRepository } from '../../github/repository.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import type { DeploymentRecord, PlacedVersion } from '../../schema/deployment.types.ts';
import type { Deployments } from '../deployments.ts';

/** A deployment as GitHub lists it. */
export interface ListedDeployment {
  id: number;
  created_at: string;
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

/** Pages that are looked through for one that may lie long ago. */
const mostPages = 10;

/** Deployments whose status is asked for until one was good. */
const mostAsked = 10;

/** The newest deployments of an environment, newest first. */
async function listDeployments(client: GitHubClient, environment: string): Promise<ListedDeployment[]> {
  return (await client.rest<ListedDeployment[]>(listing(client, environment))).data;
}

/** Asks for deployments of an environment, newest first, a page of them. */
function listing({ owner, repo }: GitHubClient, environment: string) {
  const path = at`/repos/${owner}/${repo}/deployments`;
  return { method: 'GET', path, query: { environment, per_page: looked }, needs } as const;
}

/** How far GitHub's clock and that of a runner may be apart; the newest deployments are looked at whatever they say. */
const clocksApartMs = 10 * 60_000;

/** Deployments of the environment of a record, newest first, as far back as that one may lie. */
export async function* deploymentsSince(
  client: GitHubClient,
  { environment, created }: Pick<DeploymentRecord, 'environment' | 'created'>,
): AsyncGenerator<ListedDeployment> {
  const call = listing(client, environment);
  const since = Date.parse(created) - clocksApartMs;
  const pick = (page: ListedDeployment[]) => page;
  let seen = 0;
  for await (const listed of client.pages<ListedDeployment, ListedDeployment[]>(call, pick, mostPages)) {
    yield listed;
    seen += 1;
    if (seen >= looked && Date.parse(listed.created_at) < since) return;
  }
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

/**
 * Deployments of a model that are shown as live beside `own`: what it replaced, and whatever an earlier run left so. Looks
 * as far back as the one that it replaced, which may be long ago where an environment has many models.
 */
export async function* shownAsLive(
  client: GitHubClient,
  { environment, model, own, from }: { environment: string; model: string; own: string; from: string | null },
): AsyncGenerator<ListedDeployment> {
  let after: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const { nodes, pageInfo }: Shown = await queryShown(client, environment, after);
    const ours = nodes.map(({ databaseId: id, createdAt: created_at, latestStatus, ...rest }) => {
      const listed = { id, created_at, ...rest };
      return { listed, state: latestStatus?.state, deployment: idOf(listed) };
    });
    for (const { listed, state, deployment } of ours)
      if (state === 'SUCCESS' && deployment !== own && payloadOf(listed)['model'] === model) yield listed;
    const isFound = from === null || ours.some(({ deployment }) => deployment === from);
    if (isFound || !pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}

interface Shown {
  nodes: {
    databaseId: number;
    createdAt: string;
    task: string;
    payload: string | null;
    latestStatus: { state: string } | null;
  }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function queryShown(client: GitHubClient, environment: string, after: string | null): Promise<Shown> {
  const { deployments } = await queryRepository<{ deployments: Shown }>(client, {
    named: 'Deployments',
    declared: '$environment: String!, $after: String',
    variables: { environment, after },
    fields: `deployments(environments: [$environment], first: ${looked}, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { databaseId createdAt task payload latestStatus { state } } pageInfo { hasNextPage endCursor } }`,
    needs,
  });
  return deployments;
}

/** What a deployment of ours carries with it; GitHub gives it back as it came, as a text, or as the text of a text. */
function payloadOf({ payload }: ListedDeployment): Record<string, unknown> {
  const once = typeof payload === 'string' ? parsed(payload) : payload;
  const value = typeof once === 'string' ? parsed(once) : once;
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
