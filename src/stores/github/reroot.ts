import { ConfigError, UpstreamError } from '../../core/errors.ts';
import { makeRoot, type NotWritten, writeWithRetries } from '../../github/branch.ts';
import { Refusal } from '../../github/failures.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { predictionsBranch } from './branch-files.ts';
import { datesPath, datesText, type KeptFile, type KeptFiles, readKept, tipOf } from './kept-files.ts';

/** What stays on the branch. */
export interface Keeping {
  /** Digests that records in use name: they stay whatever their age. */
  needed: ReadonlySet<string>;
  /** Others stay this many days. */
  days: number;
  /** All files together; beyond it the oldest go, those not needed first. */
  maxBytes: number;
}

export interface Rerooted {
  result: 'unchanged' | 'rerooted';
  kept: number;
  dropped: number;
  bytes: number;
}

/**
 * Begins the branch of predictions anew with the files that are to stay, so that the repository can forget the others.
 * The branch is moved only from the commit that was read: what another job adds meanwhile is never lost, it is read
 * again. Nothing to drop, or no branch: nothing is written. Needs `contents: write`.
 */
export function rerootPredictions(
  runtime: Runtime,
  client: GitHubClient,
  keeping: Keeping,
): Promise<Rerooted> {
  let last: Rerooted | null = null;
  return writeWithRetries<Rerooted>(runtime, predictionsBranch, async () => {
    const branch = await readKept(client);
    const files = branch?.files ?? [];
    const kept = filesToKeep(files, keeping, runtime.clock.now());
    const bytes = kept.reduce((sum, file) => sum + file.bytes, 0);
    const told = { kept: kept.length, dropped: files.length - kept.length, bytes };
    /** A move whose answer was lost has left nothing to drop. */
    if (branch === null || told.dropped === 0) return { done: last ?? { ...told, result: 'unchanged' } };
    const own = [...branch.others, { path: datesPath, content: datesText(kept) }];
    const entries = [...own, ...kept.map(({ path, blob }) => ({ path, sha: blob }))];
    const root = await makeRoot(client, `Keep ${kept.length} of ${files.length} files`, entries);
    last = { ...told, result: 'rerooted' };
    const moved = await moveBranch(client, branch, root);
    return moved === null ? { done: last } : moved;
  });
}

/** Points the branch elsewhere, if it is still where it was read (compare-and-swap); `null` when that is done. */
async function moveBranch(
  client: GitHubClient,
  { repositoryId, commit }: KeptFiles,
  to: string,
): Promise<NotWritten | null> {
  const name = `refs/heads/${predictionsBranch}`;
  const refUpdates = [{ name, beforeOid: commit, afterOid: to, force: true }];
  try {
    await client.graphql({
      text: 'mutation MoveBranch($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }',
      variables: { input: { repositoryId, refUpdates } },
      needs: 'contents: write',
    });
    return null;
  } catch (error) {
    if (error instanceof UpstreamError && error.retryable)
      return { result: 'unknown', reason: error.message };
    if (!(error instanceof Refusal)) throw error;
    if (/protected|rule violation|force/i.test(error.said)) throw protectedBranch(error.said);
    if ((await tipOf(client)) === commit) throw error;
    return { result: 'moved', reason: error.said };
  }
}

/** Newest first, those needed before all others; from where the sum of bytes is too large none stays. */
export function filesToKeep(files: readonly KeptFile[], keeping: Keeping, now: Date): KeptFile[] {
  const since = now.getTime() - keeping.days * 86_400_000;
  const needed = ({ sha256 }: KeptFile) => keeping.needed.has(sha256);
  const wanted = files
    .filter((file) => needed(file) || file.since >= since)
    .sort((a, b) => Number(needed(b)) - Number(needed(a)) || b.since - a.since);
  let bytes = 0;
  return wanted.filter((file) => {
    bytes += file.bytes;
    return bytes <= keeping.maxBytes;
  });
}

function protectedBranch(said: string): ConfigError {
  return new ConfigError(`The branch "${predictionsBranch}" is protected against being begun anew: ${said}`, {
    expected: `"${predictionsBranch}" without protection against force pushes`,
    hint: `Take "${predictionsBranch}" out of that rule: what it holds is checked by digest.`,
  });
}
