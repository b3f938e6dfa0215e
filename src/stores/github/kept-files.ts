import { UpstreamError } from '../../core/errors.ts';
import { queryRepository } from '../../github/repository.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import { headlineOf, markerPath, notOurs, pathOf, predictionsBranch } from './branch-files.ts';

/** Bytes on the branch of predictions. */
export interface KeptFile {
  sha256: string;
  path: string;
  /** Id of git's blob. */
  blob: string;
  bytes: number;
  /** Milliseconds since 1970 when it was kept. */
  since: number;
}

export interface KeptFiles {
  /** What GraphQL calls the repository. */
  repositoryId: string;
  commit: string;
  files: KeptFile[];
  /** All else on the branch. */
  others: { path: string; sha: string }[];
}

/** Says since when the files are kept that a re-rooted branch began with. */
export const datesPath = 'dates.json';

export function datesText(files: readonly KeptFile[]): string {
  const dates = files.map(({ sha256, since }) => [sha256, new Date(since).toISOString()]);
  return `${JSON.stringify(Object.fromEntries(dates), null, 1)}\n`;
}

const reading = 'contents: read';

/** Pages of 100 commits that are read: what was kept before them counts as old as the oldest. */
const historyPages = 50;

interface TreeAnswer {
  tree: { path: string; type: string; sha: string; size?: number }[];
  truncated: boolean;
}

/** All files on the branch, as of one commit; `null` without a branch. One that is a user's own: ConfigError. */
export async function readKept(client: GitHubClient): Promise<KeptFiles | null> {
  const { id: repositoryId, commit } = await readTip(client);
  if (commit === null) return null;
  const entries = await readTree(client, commit);
  if (!entries.some(({ path }) => path === markerPath)) throw notOurs();
  const dates = entries.find(({ path }) => path === datesPath);
  const since = await readDates(client, commit, dates?.sha ?? null);
  const files: KeptFile[] = [];
  const others: KeptFiles['others'] = [];
  for (const { path, sha, size = 0 } of entries) {
    const sha256 = /^[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(path)?.[1];
    if (sha256 !== undefined && path === pathOf(sha256)) {
      files.push({ sha256, path, blob: sha, bytes: size, since: since(sha256) });
    } else if (path !== datesPath) others.push({ path, sha });
  }
  return { repositoryId, commit, files, others };
}

/** Commit the branch points to; `null` without a branch. */
export async function tipOf(client: GitHubClient): Promise<string | null> {
  return (await readTip(client)).commit;
}

async function readTip(client: GitHubClient): Promise<{ id: string; commit: string | null }> {
  const told = await queryRepository<{ id: string; ref: { target: { oid: string } | null } | null }>(client, {
    named: 'PredictionsTip',
    declared: '$ref: String!',
    variables: { ref: `refs/heads/${predictionsBranch}` },
    fields: 'id ref(qualifiedName: $ref) { target { oid } }',
    needs: reading,
  });
  return { id: told.id, commit: told.ref?.target?.oid ?? null };
}

async function readTree(client: GitHubClient, commit: string): Promise<TreeAnswer['tree']> {
  const path = at`/repos/${client.owner}/${client.repo}/git/trees/${commit}`;
  const { data } = await client.rest<TreeAnswer>({
    method: 'GET',
    path,
    query: { recursive: 1 },
    needs: reading,
  });
  if (data.truncated)
    throw new UpstreamError(`GitHub lists only a part of the files of "${predictionsBranch}".`, {
      hint: `Delete the branch "${predictionsBranch}": it holds more than can be tidied up.`,
    });
  return data.tree.filter(({ type }) => type === 'blob');
}

/** When each digest was kept: by the newest commit that says so, else by the list the branch began with. */
async function readDates(
  client: GitHubClient,
  commit: string,
  listed: string | null,
): Promise<(sha256: string) => number> {
  const first = listed === null ? {} : await readListed(client, listed);
  const seen = new Map<string, number>();
  let oldest = Number.POSITIVE_INFINITY;
  for await (const { committedDate, messageHeadline } of history(client, commit)) {
    const time = Date.parse(committedDate);
    oldest = Math.min(oldest, time);
    if (!seen.has(messageHeadline)) seen.set(messageHeadline, time);
  }
  return (sha256) => {
    const known = seen.get(headlineOf(sha256)) ?? Date.parse(String(first[sha256]));
    return Number.isFinite(known) ? known : oldest;
  };
}

async function readListed(client: GitHubClient, blob: string): Promise<Record<string, unknown>> {
  const path = at`/repos/${client.owner}/${client.repo}/git/blobs/${blob}`;
  const { data } = await client.rest<{ content: string }>({ method: 'GET', path, needs: reading });
  try {
    const value: unknown = JSON.parse(Buffer.from(data.content, 'base64').toString('utf8'));
    return { ...(value as object) } as Record<string, unknown>;
  } catch {
    return {};
  }
}

interface HistoryAnswer {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  nodes: { committedDate: string; messageHeadline: string }[];
}

async function* history(
  client: GitHubClient,
  commit: string,
): AsyncGenerator<{ committedDate: string; messageHeadline: string }> {
  let after: string | null = null;
  for (let page = 0; page < historyPages; page += 1) {
    const answer: { object: { history: HistoryAnswer } | null } = await queryRepository(client, {
      named: 'PredictionsHistory',
      declared: '$commit: GitObjectID!, $after: String',
      variables: { commit, after },
      fields:
        'object(oid: $commit) { ... on Commit { history(first: 100, after: $after) { ' +
        'pageInfo { hasNextPage endCursor } nodes { committedDate messageHeadline } } } }',
      needs: reading,
    });
    const found = answer.object?.history;
    yield* found?.nodes ?? [];
    after = found?.pageInfo.endCursor ?? null;
    if (!found?.pageInfo.hasNextPage) return;
  }
}
