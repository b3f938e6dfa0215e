import { UpstreamError } from '../../core/errors.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { CommentRequest, Written } from '../types.ts';
import {
  createComment,
  type OwnComment,
  readThread,
  removeComment,
  type Thread,
  updateComment,
} from './comment-thread.ts';
import type { PullRequestNow } from './pulls.ts';
import { type JudgedPull, outdated } from './superseded.ts';
import { fitUnits } from './text-limits.ts';

/** GitHub takes 65,536 characters of a comment. */
const bodyUnits = 65_536;

/** Rounds of looking and writing: a comment can vanish between the two, an answer can fail to come. */
const rounds = 4;

/**
 * Makes sure that the pull request has one comment with this key and body: found by marker and author on all pages,
 * created, updated, or left when it is equal; duplicates of ours are removed, the oldest stays. Two requests, three when
 * it is created. `skipped` when the pull request has another head or base by now: its own run comments. A conversation that is locked, or a pull request that is not there: ConfigError.
 */
export async function ensureComment(
  client: GitHubClient,
  { number, judged }: { number: number; judged: JudgedPull },
  { key, body }: CommentRequest,
): Promise<{ written: Written; now: PullRequestNow }> {
  const marker = markerOf(key);
  const text = fitUnits(`${marker}\n${body}`, bodyUnits);
  for (let round = 1; ; round += 1) {
    try {
      const thread = await readThread(client, number, marker);
      const { now } = thread;
      if (outdated(judged, now) !== null) {
        const url = thread.own[0]?.url ?? thread.url;
        return { written: { result: 'skipped', url }, now };
      }
      const written = await writeOnce(client, number, text, marker, thread);
      if (written) return { written, now };
      if (round >= rounds) throw vanishing(number);
    } catch (error) {
      const again = error instanceof UpstreamError && error.retryable && round < rounds;
      if (!again) throw error;
    }
  }
}

/** First line of the comments of one key; what the key says cannot end it. */
export function markerOf(key: string): string {
  return `<!-- trainyard:comment ${encodeURIComponent(key).replaceAll('-', '%2D')} -->`;
}

/** `null` when the comment vanished before it could be updated. */
async function writeOnce(
  client: GitHubClient,
  number: number,
  text: string,
  marker: string,
  { own }: Thread,
): Promise<Written | null> {
  const [first, ...doubled] = own;
  if (first === undefined) return created(client, number, text, marker);
  for (const { id } of doubled) await removeComment(client, id);
  if (same(first.body, text)) return { result: 'unchanged', url: first.url };
  const url = await updateComment(client, number, first.id, text);
  return url === null ? null : { result: 'updated', url };
}

/** Creating is not atomic: somebody may have done the same at the same time. The lowest id stays. */
async function created(
  client: GitHubClient,
  number: number,
  text: string,
  marker: string,
): Promise<Written | null> {
  const mine = await createComment(client, number, text);
  const { own } = await readThread(client, number, marker);
  const all = new Map<number, OwnComment>([...own, mine].map((comment) => [comment.id, comment]));
  const [first = mine, ...doubled] = [...all.values()].sort((a, b) => a.id - b.id);
  for (const { id } of doubled) await removeComment(client, id);
  if (first.id === mine.id) return { result: 'created', url: mine.url };
  if (same(first.body, text)) return { result: 'unchanged', url: first.url };
  const url = await updateComment(client, number, first.id, text);
  return url === null ? null : { result: 'updated', url };
}

/** GitHub may change line ends, and white space at the end. */
function same(a: string, b: string): boolean {
  return normal(a) === normal(b);
}

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}

function vanishing(number: number): UpstreamError {
  return new UpstreamError(`The comment on pull request #${number} was deleted each time it was found.`, {
    hint: 'Another workflow removes it: let it leave the comments of Trainyard alone.',
  });
}
