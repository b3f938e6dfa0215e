import { ConfigError } from '../core/errors.ts';
import { parseArtifactTag, parseWantedVersion } from '../core/version/tag.ts';
import { publishedRelease } from '../github/releases.ts';
import { payloadOf } from '../platform/github/payload.ts';
import { readPayload } from '../platform/github/runner.ts';
import { madeByAPerson } from '../registry/github/by-a-person.ts';
import { hasMarker } from '../registry/github/notes.ts';
import type { Site } from './site.ts';

/** What a job is asked to register. */
export interface ReleaseTrigger {
  version: string;
  revision: string;
  /** The person's release that asks for it, to be told of what came of it. */
  release: number | null;
  /** A person marked the release as a pre-release: it goes nowhere yet. */
  preview: boolean;
}

/**
 * What the event asks to be registered, or why nothing is (one sentence): the input `version`, a release that was
 * published, or a tag that was pushed. A release is a trigger and no more; one on the tag of a version (`churn@v1.2.0`)
 * that a person made is a ConfigError, since the model's own release belongs there.
 */
export async function releaseTrigger(site: Site): Promise<ReleaseTrigger | string> {
  const { inputs, runner, runtime, client } = site;
  const version = inputs.text('version');
  const commit = inputs.text('commit');
  if (version !== null) return { version, revision: commit ?? runner.sha, release: null, preview: false };
  const payload = payloadOf(runner.event, await readPayload(runtime));
  if (runner.event === 'release') return ofRelease(payload, runner.sha);
  if (runner.ref.startsWith('refs/tags/')) {
    const tag = runner.ref.slice('refs/tags/'.length);
    if (payload.flag('deleted')) return `The tag ${tag} was deleted: what is registered stays.`;
    const wanted = parseWantedVersion(tag);
    if (wanted === null) return `The tag ${tag} names no version.`;
    const release = wanted.model === null ? await publishedRelease(client, tag) : null;
    return { version: tag, revision: runner.sha, release: null, preview: release?.prerelease ?? false };
  }
  throw new ConfigError(`The event "${runner.event}" says no version to register.`, {
    expected: 'the input "version", a published release, or a tag that was pushed',
    hint: 'Add "version: v1.2.0" below "with:" of the step, or start the workflow on "release: { types: [published] }".',
  });
}

function ofRelease(payload: ReturnType<typeof payloadOf>, sha: string): ReleaseTrigger | string {
  const tag = payload.text('release.tag_name') ?? '';
  const action = payload.text('action') ?? '';
  if (payload.flag('release.draft') || !['published', 'released'].includes(action))
    return `The release ${tag} was ${action || 'not published'}: only one that is published registers, and what is registered stays.`;
  const told = parseArtifactTag(tag);
  if (told?.action === 'register') {
    const key = { model: told.artifact, version: told.version };
    if (!hasMarker(payload.text('release.body') ?? '', key))
      throw madeByAPerson(tag, told.artifact, told.version);
    return `The release ${tag} is the model's own: it is registered.`;
  }
  if (parseWantedVersion(tag) === null) return `The tag ${tag} of the release names no version.`;
  const release = payload.needNumber('release.id');
  return { version: tag, revision: sha, release, preview: payload.flag('release.prerelease') };
}
