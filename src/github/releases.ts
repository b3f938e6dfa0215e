import { UpstreamError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import { orNull } from './failures.ts';
import { at, type Call, type GitHubClient } from './types.ts';

/** A release as GitHub lists it. */
export interface Release {
  id: number;
  tag: string;
  body: string;
  draft: boolean;
  prerelease: boolean;
  /** Where GitHub takes its assets. */
  uploadUrl: string;
  /** Where a person can look at it. */
  page: string;
}

/** What a draft begins with. */
export interface DraftSeed {
  tag: string;
  /** Commit of the tag, where publishing is to make it. */
  target?: string;
  name: string;
  body: string;
  prerelease?: boolean;
}

/** What changes of a release. */
export interface ReleaseChange {
  body?: string;
  draft?: boolean;
  /** Whether it becomes the one that the repository shows first. */
  make_latest?: 'true' | 'false';
}

interface ReleaseAnswer {
  id: number;
  tag_name: string;
  body?: string | null;
  draft: boolean;
  prerelease: boolean;
  upload_url: string;
  html_url: string;
}

/** Drafts are shown only to those who may write. */
export const releasesNeed = 'contents: write';

/** Pages of 100 releases that are looked through: GitHub lists no more. */
const releasePages = 100;
const createTries = 4;

/** All releases, drafts too where the token may write; the newest first. */
export async function* listReleases({ owner, repo, pages }: GitHubClient): AsyncGenerator<Release> {
  const path = at`/repos/${owner}/${repo}/releases`;
  const call: Call = { method: 'GET', path, query: { per_page: 100 }, needs: releasesNeed };
  const listed = pages<ReleaseAnswer, ReleaseAnswer[]>(call, (page) => page, releasePages);
  for await (const release of listed) yield releaseOf(release);
}

/** The published release of a tag; `null` when there is none. */
export async function publishedRelease(
  { owner, repo, rest }: GitHubClient,
  tag: string,
): Promise<Release | null> {
  const path = at`/repos/${owner}/${repo}/releases/tags/${tag}`;
  const call: Call = { method: 'GET', path, needs: 'contents: read' };
  const answer = await orNull(rest<ReleaseAnswer>(call), 404);
  return answer && releaseOf(answer.data);
}

/**
 * The oldest draft that `isIt` accepts, made where there is none. Making is not atomic on GitHub: of two made at once
 * the older one stays. A draft makes no tag and nobody is told of it.
 */
export async function ensureDraft(
  { clock, random, signal }: Runtime,
  client: GitHubClient,
  isIt: (release: Release) => boolean,
  seed: DraftSeed,
): Promise<Release> {
  let lost: UpstreamError | null = null;
  for (let tries = 0; tries < createTries; tries += 1) {
    if (tries > 0) await clock.sleep(1000 * 2 ** tries * (0.5 + random.fraction()), signal);
    const [there] = await draftsThat(client, isIt);
    if (there) return there;
    try {
      const made = await createDraft(client, seed);
      const [first = made] = await draftsThat(client, isIt);
      if (first.id >= made.id) return made;
      await removeRelease(client, made);
      return first;
    } catch (error) {
      if (!(error instanceof UpstreamError) || !error.retryable) throw error;
      lost = error;
    }
  }
  throw lost ?? new UpstreamError('The draft release could not be made.');
}

/** Drafts that `isIt` accepts, the oldest first. */
export async function draftsThat(
  client: GitHubClient,
  isIt: (release: Release) => boolean,
): Promise<Release[]> {
  const found: Release[] = [];
  for await (const release of listReleases(client)) if (release.draft && isIt(release)) found.push(release);
  return found.sort((a, b) => a.id - b.id);
}

/** Removes a release with its assets, never its tag; one that is gone is fine. */
export async function removeRelease(client: GitHubClient, { id }: Pick<Release, 'id'>): Promise<void> {
  const path = at`/repos/${client.owner}/${client.repo}/releases/${id}`;
  await orNull(client.rest({ method: 'DELETE', path, needs: releasesNeed }), 404);
}

/** Changes what is given of a release and leaves the rest. */
export async function changeRelease(
  { owner, repo, rest }: GitHubClient,
  id: number,
  change: ReleaseChange,
): Promise<Release> {
  const path = at`/repos/${owner}/${repo}/releases/${id}`;
  const call: Call = { method: 'PATCH', path, body: { ...change }, needs: releasesNeed };
  return releaseOf((await rest<ReleaseAnswer>(call)).data);
}

/** One release, draft or not; `null` when it is gone. */
export async function releaseById(client: GitHubClient, id: number): Promise<Release | null> {
  const path = at`/repos/${client.owner}/${client.repo}/releases/${id}`;
  const answer = await orNull(
    client.rest<ReleaseAnswer>({ method: 'GET', path, needs: 'contents: read' }),
    404,
  );
  return answer && releaseOf(answer.data);
}

async function createDraft(client: GitHubClient, seed: DraftSeed): Promise<Release> {
  const { tag, target, name, body, prerelease } = seed;
  const sent = {
    ...{ tag_name: tag, name, body, draft: true },
    ...(target !== undefined && { target_commitish: target }),
    ...(prerelease !== undefined && { prerelease }),
  };
  const path = at`/repos/${client.owner}/${client.repo}/releases`;
  const { data } = await client.rest<ReleaseAnswer>({
    method: 'POST',
    path,
    body: sent,
    needs: releasesNeed,
  });
  return releaseOf(data);
}

function releaseOf({ id, tag_name, body, draft, prerelease, ...at }: ReleaseAnswer): Release {
  const { upload_url: uploadUrl, html_url: page } = at;
  return { id, tag: tag_name, body: body ?? '', draft, prerelease, uploadUrl, page };
}
