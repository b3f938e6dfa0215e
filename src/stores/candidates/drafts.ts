import { type DraftSeed, draftsThat, type Release } from '../../github/releases.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { candidateRun } from './files.ts';

/** A draft release that holds the model files of one run. */
export interface Draft extends Release {
  model: string;
  run: string;
}

/** What a draft is about. */
export type DraftKey = Pick<Draft, 'model' | 'run'>;

export function keyOf(record: RunRecord): DraftKey {
  return { model: record.model, run: candidateRun(record) };
}

/** All drafts of ours, the oldest first; a release that only looks like one is a user's. */
export async function listDrafts(client: GitHubClient): Promise<Draft[]> {
  const drafts = await draftsThat(client, (release) => keyOfRelease(release) !== null);
  return drafts.map((release) => ({ ...release, ...(keyOfRelease(release) as DraftKey) }));
}

/** The drafts of one run; there may be several where two jobs made one at the same time. */
export function draftsOf(drafts: readonly Draft[], key: DraftKey): Draft[] {
  return drafts.filter(({ model, run }) => model === key.model && run === key.run);
}

/** Whether a release is the draft of a run. */
export function isDraftOf(key: DraftKey): (release: Release) => boolean {
  return (release) => {
    const found = keyOfRelease(release);
    return found?.model === key.model && found.run === key.run;
  };
}

/** What the draft of a run begins with. */
export function seedOf(key: DraftKey): DraftSeed {
  return {
    tag: `trainyard-candidate-${key.model}-${key.run}`,
    name: `Candidate ${key.model} ${key.run.slice(0, 8)}`,
    body:
      `Model files of the run \`${key.run}\` of \`${key.model}\`, kept until the model is released.\n` +
      `Trainyard removes old ones. Do not publish this draft.\n\n${markerOf(key)}\n`,
  };
}

function markerOf({ model, run }: DraftKey): string {
  return `<!-- trainyard:candidate ${model} ${run} -->`;
}

/** What a draft of ours is about, by its tag and its marker, both exact; `null` for any other release. */
function keyOfRelease({ tag, body, draft }: Release): DraftKey | null {
  const [, model, run] = /^trainyard-candidate-([A-Za-z0-9._-]{1,100})-([0-9a-f]{20})$/.exec(tag) ?? [];
  if (!draft || model === undefined || run === undefined) return null;
  return body.split(/\r?\n/).includes(markerOf({ model, run })) ? { model, run } : null;
}
