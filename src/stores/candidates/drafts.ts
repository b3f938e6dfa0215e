import { UpstreamError } from '../../core/errors.ts';
import { orNull } from '../../github/failures.ts';
import { at, type Call, type GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { candidateRun } from './files.ts';

/** A draft release that holds the model files of one run. */
export interface Draft {
  id: number;
  model: string;
  run: string;
  /** Where GitHub takes its assets. */
  uploadUrl: string;
}

/** What a draft is about. */
export type DraftKey = Pick<Draft, 'model' | 'run'>;

interface ReleaseAnswer {
  id: number;
  tag_name: string;
  body?: string | null;
  draft: boolean;
  upload_url: string;
}

/** Drafts are shown only to those who may write. */
export const draftsNeed = 'contents: write';

/** Pages of 100 releases that are looked through: GitHub lists no more. */
const releasePages = 100;
const createTries = 4;

export function keyOf(record: RunRecord): DraftKey {
  return { model: record.model, run: candidateRun(record) };
}

/** All drafts of ours, the oldest first; a release that only looks like one is a user's. */
export async function listDrafts({ owner, repo, pages }: GitHubClient): Promise<Draft[]> {
  const path = at`/repos/${owner}/${repo}/releases`;
  const call: Call = { method: 'GET', path, query: { per_page: 100 }, needs: draftsNeed };
  const drafts: Draft[] = [];
  for await (const release of pages<ReleaseAnswer, ReleaseAnswer[]>(call, (page) => page, releasePages)) {
    const draft = draftOf(release);
    if (draft !== null) drafts.push(draft);
  }
  return drafts.sort((a, b) => a.id - b.id);
}

/** The drafts of one run; there may be several where two jobs made one at the same time. */
export function draftsOf(drafts: readonly Draft[], key: DraftKey): Draft[] {
  return drafts.filter(({ model, run }) => model === key.model && run === key.run);
}

/**
 * The draft of a run, made where there is none. Making is not atomic on GitHub: of two made at once the older one stays.
 * A draft makes no tag and nobody is told of it.
 */
export async function ensureDraft(
  { clock, random, signal }: Runtime,
  client: GitHubClient,
  key: DraftKey,
): Promise<Draft> {
  let lost: UpstreamError | null = null;
  for (let tries = 0; tries < createTries; tries += 1) {
    if (tries > 0) await clock.sleep(1000 * 2 ** tries * (0.5 + random.fraction()), signal);
    const [there] = draftsOf(await listDrafts(client), key);
    if (there) return there;
    try {
      return await withoutDouble(client, key, await createDraft(client, key));
    } catch (error) {
      if (!(error instanceof UpstreamError) || !error.retryable) throw error;
      lost = error;
    }
  }
  throw lost ?? new UpstreamError('The draft release could not be made.');
}

/** Removes a draft with its assets; one that is gone is fine. */
export async function removeDraft(client: GitHubClient, { id }: Draft): Promise<void> {
  const path = at`/repos/${client.owner}/${client.repo}/releases/${id}`;
  await orNull(client.rest({ method: 'DELETE', path, needs: draftsNeed }), 404);
}

async function createDraft(client: GitHubClient, key: DraftKey): Promise<Draft> {
  const body = {
    tag_name: tagOf(key),
    name: `Candidate ${key.model} ${key.run.slice(0, 8)}`,
    body: bodyOf(key),
    draft: true,
  };
  const path = at`/repos/${client.owner}/${client.repo}/releases`;
  const { data } = await client.rest<ReleaseAnswer>({ method: 'POST', path, body, needs: draftsNeed });
  return { ...key, id: data.id, uploadUrl: data.upload_url };
}

async function withoutDouble(client: GitHubClient, key: DraftKey, made: Draft): Promise<Draft> {
  const [first = made] = draftsOf(await listDrafts(client), key);
  if (first.id >= made.id) return made;
  await removeDraft(client, made);
  return first;
}

function tagOf({ model, run }: DraftKey): string {
  return `trainyard-candidate-${model}-${run}`;
}

function markerOf({ model, run }: DraftKey): string {
  return `<!-- trainyard:candidate ${model} ${run} -->`;
}

function bodyOf(key: DraftKey): string {
  return (
    `Model files of the run \`${key.run}\` of \`${key.model}\`, kept until the model is released.\n` +
    `Trainyard removes old ones. Do not publish this draft.\n\n${markerOf(key)}\n`
  );
}

/** A draft of ours by its tag and its marker, both exact; `null` otherwise. */
function draftOf({ id, tag_name, body, draft, upload_url }: ReleaseAnswer): Draft | null {
  const [, model, run] = /^trainyard-candidate-([A-Za-z0-9._-]{1,100})-([0-9a-f]{20})$/.exec(tag_name) ?? [];
  if (!draft || model === undefined || run === undefined) return null;
  const lines = (body ?? '').split(/\r?\n/);
  return lines.includes(markerOf({ model, run })) ? { id, model, run, uploadUrl: upload_url } : null;
}
