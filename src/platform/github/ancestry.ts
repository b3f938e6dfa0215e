import { ConfigError } from '../../core/errors.ts';
import { orNull } from '../../github/failures.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import { compareVersions, versionOf } from '../release-tag.ts';

interface Comparison {
  status: 'ahead' | 'behind' | 'identical' | 'diverged';
  merge_base_commit: { sha: string };
}

/** How two commits lie to each other. */
export interface Relation {
  /** `from` is `to` or one of its ancestors. */
  contained: boolean;
  mergeBase: string;
}

const reading = 'contents: read';
const tagPages = 5;

/** Release tags tried against a commit, highest first. */
const tagsTried = 10;

/** How `from` lies to `to`; `null` when they have no commit in common or one is unknown. */
export async function relate(client: GitHubClient, from: string, to: string): Promise<Relation | null> {
  const { owner, repo } = client;
  const path = at`/repos/${owner}/${repo}/compare/${`${from}...${to}`}`;
  const call = { method: 'GET', path, query: { per_page: 1 }, needs: reading } as const;
  const answer = await orNull(client.rest<Comparison>(call), 404, 422);
  if (answer === null) return null;
  const { status, merge_base_commit } = answer.data;
  return { contained: status === 'ahead' || status === 'identical', mergeBase: merge_base_commit.sha };
}

/** The highest release tag `vX.Y.Z` (no pre-release) that `sha` contains, with its commit; it does contain `known`. */
export async function latestTag(
  client: GitHubClient,
  sha: string,
  known: readonly string[],
): Promise<{ tag: string; sha: string } | null> {
  const { owner, repo } = client;
  const path = at`/repos/${owner}/${repo}/tags`;
  const call = { method: 'GET', path, query: { per_page: 100 }, needs: reading } as const;
  const releases: { tag: string; sha: string; version: readonly number[] }[] = [];
  const tags = client.pages<
    { name: string; commit: { sha: string } },
    { name: string; commit: { sha: string } }[]
  >(call, (page) => page, tagPages);
  for await (const { name, commit } of tags) {
    const version = versionOf(name);
    if (version) releases.push({ tag: name, sha: commit.sha, version });
  }
  releases.sort((a, b) => compareVersions(b.version, a.version));
  for (const release of releases.slice(0, tagsTried)) {
    const near = release.sha === sha || known.includes(release.sha);
    const contained = near || (await relate(client, release.sha, sha))?.contained;
    if (contained) return { tag: release.tag, sha: release.sha };
  }
  if (releases.length <= tagsTried) return null;
  throw new ConfigError(`None of the ${tagsTried} highest release tags is part of ${sha.slice(0, 7)}.`, {
    hint: 'Name the baseline: a tag, a commit or a run id.',
  });
}
