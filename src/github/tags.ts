import { elsewhere, notAnnotated } from '../core/version/tag-problems.ts';
import { isRefusal, orNull } from './failures.ts';
import { at, type Call, type GitHubClient } from './types.ts';

interface RefAnswer {
  ref: string;
  object: { type: string; sha: string };
}

/** An annotated tag that is to be there. */
export interface AnnotatedTag {
  tag: string;
  /** Commit it points to. */
  sha: string;
  message: string;
}

const prefix = 'refs/tags/';
const tagPages = 20;

/** Names of all tags that begin with `start`. */
export async function tagsFrom({ owner, repo, pages }: GitHubClient, start: string): Promise<string[]> {
  const path = at`/repos/${owner}/${repo}/git/matching-refs/tags/${start}`;
  const call: Call = { method: 'GET', path, query: { per_page: 100 }, needs: 'contents: read' };
  const names: string[] = [];
  for await (const { ref } of pages<RefAnswer, RefAnswer[]>(call, (page) => page, tagPages))
    names.push(ref.slice(prefix.length));
  return names;
}

/**
 * Makes an annotated tag unless it is there. A tag of that name on another commit, or one that is not annotated, is a
 * ConfigError: tags of versions are never moved.
 */
export async function ensureAnnotatedTag(
  client: GitHubClient,
  wanted: AnnotatedTag,
): Promise<'created' | 'unchanged'> {
  if (await isThere(client, wanted)) return 'unchanged';
  const { owner, repo, rest } = client;
  const { tag, sha, message } = wanted;
  const needs = 'contents: write';
  const body = { tag, message, object: sha, type: 'commit' };
  const made = await rest<{ sha: string }>({
    method: 'POST',
    path: at`/repos/${owner}/${repo}/git/tags`,
    body,
    needs,
  });
  try {
    const path = at`/repos/${owner}/${repo}/git/refs`;
    await rest({ method: 'POST', path, body: { ref: `${prefix}${tag}`, sha: made.data.sha }, needs });
    return 'created';
  } catch (error) {
    if (isRefusal(error, 409, 422) && (await isThere(client, wanted))) return 'unchanged';
    throw error;
  }
}

async function isThere(client: GitHubClient, { tag, sha }: AnnotatedTag): Promise<boolean> {
  const { owner, repo, rest } = client;
  const read = <T>(path: string) => rest<T>({ method: 'GET', path, needs: 'contents: read' });
  const ref = await orNull(read<RefAnswer>(at`/repos/${owner}/${repo}/git/ref/tags/${tag}`), 404, 409);
  if (ref === null) return false;
  const { object } = ref.data;
  if (object.type !== 'tag') throw notAnnotated(tag);
  const told = await read<{ object: { sha: string } }>(at`/repos/${owner}/${repo}/git/tags/${object.sha}`);
  if (told.data.object.sha === sha) return true;
  throw elsewhere(tag, told.data.object.sha, sha);
}
