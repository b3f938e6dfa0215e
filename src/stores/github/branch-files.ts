import { ConfigError } from '../../core/errors.ts';
import { queryRepository } from '../../github/repository.ts';
import type { GitHubClient } from '../../github/types.ts';

/** Branch of the predictions. */
export const predictionsBranch = 'trainyard-predictions';

/** Says that a branch is ours, so that a user's own of that name is never written to. */
export const markerPath = 'store.json';
export const markerText = `${JSON.stringify({ schema: 'trainyard/predictions', version: 1 })}\n`;

/** Path of the bytes of a digest. */
export function pathOf(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256}`;
}

/** What the first line of a commit says that keeps a digest; when it was kept is read from there. */
export function headlineOf(sha256: string): string {
  return `Keep ${sha256}`;
}

/** The branch as an append or a question needs it, from one commit. */
export interface Tip {
  /** `null` when there is no branch. */
  commit: string | null;
  /** Id of git's blob at the path of the digest; `null` when there is none. */
  blob: string | null;
}

interface EntryAnswer {
  type: string;
  oid: string;
}

/** Looks for a digest at the tip, in one request. A branch of that name that is not ours: ConfigError. */
export async function lookAtTip(client: GitHubClient, sha256: string): Promise<Tip> {
  const answer = await queryRepository<{
    ref: { target: { oid: string; marker: EntryAnswer | null; file: EntryAnswer | null } | null } | null;
  }>(client, {
    named: 'Predictions',
    declared: '$ref: String!, $marker: String!, $path: String!',
    variables: { ref: `refs/heads/${predictionsBranch}`, marker: markerPath, path: pathOf(sha256) },
    fields:
      'ref(qualifiedName: $ref) { target { ... on Commit { ' +
      'oid marker: file(path: $marker) { type oid } file: file(path: $path) { type oid } } } }',
    needs: 'contents: read',
  });
  const target = answer.ref?.target ?? null;
  if (target !== null && target.marker?.type !== 'blob') throw notOurs();
  return { commit: target?.oid ?? null, blob: target?.file?.type === 'blob' ? target.file.oid : null };
}

/** A branch of our name that is a user's. */
export function notOurs(): ConfigError {
  return new ConfigError(`The branch "${predictionsBranch}" exists and was not made by Trainyard.`, {
    expected: `a file ${markerPath} on it`,
    hint: `Rename that branch ("git branch -m ${predictionsBranch} <other name>"), or choose another "predictions.store".`,
  });
}
