import { parseSemver } from './semver.ts';

/** What a tag says of an artifact, by the grammar of GTO. `counter` tells repeated actions apart. */
export type ArtifactTag = { artifact: string; counter: number | null } & (
  | { action: 'register' | 'deregister'; version: string }
  | { action: 'assign' | 'unassign'; stage: string }
  | { action: 'create' | 'deprecate' }
);

const form =
  /^([A-Za-z0-9._/=-]+)(?:@v([0-9][0-9A-Za-z.+-]*)(!?)|@(created|deprecated)|#([A-Za-z0-9][A-Za-z0-9/-]*)(!?))(?:#(\d{1,9}))?$/;

/**
 * Reads `churn@v1.2.0` (registered), `churn@v1.2.0!` (no longer), `churn#prod#3` (assigned), `churn#prod!#4` (no longer),
 * `churn@created`, `churn@deprecated`; `null` for any other tag, one whose version is not semantic (`churn@v1!`)
 * included. Names may have what ours may and GTO's may not: capitals, `.` and `_`.
 */
export function parseArtifactTag(tag: string): ArtifactTag | null {
  const [, artifact, version, cancelled, whole, stage, ended, number] = form.exec(tag) ?? [];
  if (artifact === undefined) return null;
  const base = { artifact, counter: number === undefined ? null : Number(number) };
  if (version !== undefined) {
    if (parseSemver(version) === null) return null;
    return { ...base, action: cancelled === '!' ? 'deregister' : 'register', version };
  }
  if (stage !== undefined) return { ...base, action: ended === '!' ? 'unassign' : 'assign', stage };
  return { ...base, action: whole === 'created' ? 'create' : 'deprecate' };
}

/** The tag that registers a version of a model. */
export function versionTag(model: string, version: string): string {
  return `${model}@v${version}`;
}

/** Whether GTO takes this for the name of an artifact: small letters, digits, `-` and `/`. */
export function isGtoName(model: string): boolean {
  return /^(?:[a-z0-9-_./]+=)?[a-z0-9](?:[a-z0-9-/]*[a-z0-9])?$/.test(model);
}

/** Versions of a model that tags register and no later one (by its counter) takes back. */
export function registeredVersions(tags: readonly string[], model: string): string[] {
  const last = new Map<string, { counter: number; registered: boolean }>();
  for (const tag of tags) {
    const told = parseArtifactTag(tag);
    if (told?.artifact !== model || !('version' in told)) continue;
    const counter = told.counter ?? 0;
    const known = last.get(told.version);
    const registered = told.action === 'register';
    const decides = known === undefined || counter > known.counter;
    if (decides || (counter === known.counter && !registered))
      last.set(told.version, { counter, registered });
  }
  return [...last].filter(([, { registered }]) => registered).map(([version]) => version);
}

/** What a release is asked to register: one model's version, or that of every model whose bytes changed. */
export interface WantedVersion {
  /** `null`: every model. */
  model: string | null;
  version: string;
}

/** Reads `v1.2.0`, `1.2.0` and `churn@v1.2.0`; `null` for anything else, and for what git takes for no tag. */
export function parseWantedVersion(text: string): WantedVersion | null {
  if (text.endsWith('.lock')) return null;
  const tag = parseArtifactTag(text);
  if (tag !== null)
    return tag.action === 'register' && tag.counter === null
      ? { model: tag.artifact, version: tag.version }
      : null;
  const version = text.replace(/^v/, '');
  return parseSemver(version) === null ? null : { model: null, version };
}
