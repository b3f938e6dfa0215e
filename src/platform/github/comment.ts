import { UpstreamError } from '../../core/errors.ts';
import { inRounds, shownAfterMs } from '../../github/rounds.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { CommentRequest, Written } from '../types.ts';
import {
  createComment,
  type OwnComment,
  readThread,
  removeComment,
  updateComment,
} from './comment-thread.ts';
import type { PullRequestNow } from './pulls.ts';
import { type JudgedPull, outdated } from './superseded.ts';
import { fitUnits } from './text-limits.ts';

/** GitHub takes 65,536 characters of a comment. */
export const bodyUnits = 65_536;

/** Where a comment goes, and what it says. */
interface Wanted {
  number: number;
  judged: JudgedPull;
  marker: string;
  text: string;
}

/** What was done, and the pull request as last seen. */
interface Done {
  written: Written;
  now: PullRequestNow;
}

/**
 * Makes sure that the pull request has one comment with this key and body: found by marker and author on all pages,
 * created, updated, or left when it is equal; duplicates of ours are removed, the oldest stays. Two requests, three when
 * it is created. `skipped` when the pull request has another head or base by now: its own run comments; after a wait or
 * a failure that is looked up again. A conversation that is locked, or a pull request that is not there: ConfigError.
 */
export function ensureComment(
  runtime: Runtime,
  client: GitHubClient,
  { number, judged }: { number: number; judged: JudgedPull },
  { key, body }: CommentRequest,
): Promise<Done> {
  const marker = markerOf(key);
  const wanted = { number, judged, marker, text: fitUnits(`${marker}\n${body}`, bodyUnits) };
  return inRounds(runtime, async () => {
    const { own, now, url } = await readThread(client, number, marker);
    const [first, ...doubled] = own;
    if (outdated(judged, now) !== null)
      return { written: { result: 'skipped', url: first?.url ?? url }, now };
    if (first === undefined) return create(runtime, client, wanted);
    const written = await update(client, wanted, first);
    await remove(client, doubled);
    return { written, now };
  });
}

/** First line of the comments of one key; what the key says cannot end it. */
export function markerOf(key: string): string {
  return `<!-- trainyard:comment ${encodeURIComponent(key).replaceAll('-', '%2D')} -->`;
}

/**
 * Creating is not atomic: somebody may have done the same at the same time, so it looks again once lists show that. The
 * lowest id stays. One that is out of date by then takes away nothing but its own.
 */
async function create(runtime: Runtime, client: GitHubClient, wanted: Wanted): Promise<Done> {
  const { number, judged, marker, text } = wanted;
  const mine = await createComment(client, number, text);
  await runtime.clock.sleep(shownAfterMs, runtime.signal);
  const { own, now } = await readThread(client, number, marker);
  const all = new Map<number, OwnComment>([...own, mine].map((comment) => [comment.id, comment]));
  const [first = mine, ...doubled] = [...all.values()].sort((a, b) => a.id - b.id);
  if (outdated(judged, now) !== null) {
    if (first.id !== mine.id) await removeComment(client, mine.id);
    return { written: { result: 'skipped', url: first.url }, now };
  }
  const isMine = first.id === mine.id;
  const written: Written = isMine
    ? { result: 'created', url: mine.url }
    : await update(client, wanted, first);
  await remove(client, doubled);
  return { written, now };
}

/** Throws, to look again, when the comment vanished meanwhile. */
async function update(client: GitHubClient, { number, text }: Wanted, comment: OwnComment): Promise<Written> {
  if (same(comment.body, text)) return { result: 'unchanged', url: comment.url };
  const url = await updateComment(client, number, comment.id, text);
  if (url === null) throw vanishing(number);
  return { result: 'updated', url };
}

async function remove(client: GitHubClient, comments: readonly OwnComment[]): Promise<void> {
  for (const { id } of comments) await removeComment(client, id);
}

/** Whether two bodies say the same: GitHub may change line ends, and white space at the end. */
export function same(a: string, b: string): boolean {
  return normal(a) === normal(b);
}

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}

function vanishing(number: number): UpstreamError {
  return new UpstreamError(`The comment on pull request #${number} was deleted each time it was found.`, {
    retryable: true,
    hint: 'Another workflow removes it: let it leave the comments of Trainyard alone.',
  });
}
