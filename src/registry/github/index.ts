import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { parseSemver } from '../../core/version/semver.ts';
import { registeredVersions, versionTag } from '../../core/version/tag.ts';
import { manifestName, readManifest } from '../../formats/manifest.ts';
import { isRefusal } from '../../github/failures.ts';
import {
  type Asset,
  ensureAsset,
  listAssets,
  readAsset,
  removeAsset,
  type WantedAsset,
} from '../../github/release-assets.ts';
import {
  changeRelease,
  ensureDraft,
  publishedRelease,
  type Release,
  removeRelease,
} from '../../github/releases.ts';
import { tagsFrom } from '../../github/tags.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { NewVersion, Published, WritableRegistry } from '../types.ts';
import { otherBytes } from '../verified.ts';
import { signatureName, wantedAssets } from './assets.ts';
import { madeByAPerson } from './by-a-person.ts';
import { fetchFiles } from './fetch.ts';
import { hasMarker, notesOf } from './notes.ts';

/** Largest manifest and signature that are read. */
const documentBytes = 16 * 1024 * 1024;

/**
 * Versions as releases on the tag `<model>@v<version>`: the model's files, `manifest.json` and, where it is signed,
 * `model.sig` as assets. A release is a draft until all of them are there, then it is published, so that GitHub may
 * make it immutable. A release on such a tag that a person made is a ConfigError.
 */
export function createGitHubRegistry(runtime: Runtime, client: GitHubClient): WritableRegistry {
  const releaseOf = (model: string, version: string) => ownRelease(client, model, version);
  return {
    id: 'github',

    async find(model, version) {
      const release = await releaseOf(model, version);
      if (release === null) return null;
      const text = await documentOf(client, release, manifestName);
      if (text === null) throw lacksManifest(release);
      return readManifest(text, `${release.tag}/${manifestName}`, { model, version });
    },

    versions: async (model) => registeredVersions(await tagsFrom(client, `${model}@v`), model),

    async fetch(manifest, folder) {
      const release = await releaseOf(manifest.model, manifest.model_version);
      const assets = release && (await listAssets(client, release));
      await fetchFiles(runtime, client, assets ?? new Map(), manifest, folder);
    },

    publish: (version) => publish(runtime, client, version),

    page: async (model, version) => (await releaseOf(model, version))?.page ?? null,

    async signed(model, version) {
      const release = await releaseOf(model, version);
      if (release === null) return null;
      const assets = await listAssets(client, release);
      const text = await textOf(client, assets.get(manifestName));
      if (text === null) throw lacksManifest(release);
      return { text, signature: await textOf(client, assets.get(signatureName)) };
    },
  };
}

async function publish(runtime: Runtime, client: GitHubClient, version: NewVersion): Promise<Published> {
  const { manifest, folder } = version;
  const files = wantedAssets(manifest, folder);
  const key = { model: manifest.model, version: manifest.model_version };
  const tag = versionTag(key.model, key.version);
  const before = await sameVersion(client, version);
  if (before !== null) return { result: 'unchanged', url: before.page };
  const isOurs = (release: Release) => release.tag === tag && hasMarker(release.body, key);
  const draft = await ensureDraft(runtime, client, isOurs, {
    tag,
    ...(manifest.commit !== null && { target: manifest.commit }),
    name: `${key.model} ${key.version}`,
    body: notesOf(manifest),
    prerelease: (parseSemver(key.version)?.prerelease.length ?? 0) > 0,
  });
  await fill(runtime, client, draft, files, version);
  try {
    const change = { draft: false, body: notesOf(manifest), make_latest: 'false' } as const;
    return { result: 'created', url: (await changeRelease(client, draft.id, change)).page };
  } catch (error) {
    const first = isRefusal(error, 404, 422) ? await sameVersion(client, version) : null;
    if (first === null) throw error;
    await removeRelease(client, draft);
    return { result: 'unchanged', url: first.page };
  }
}

/** The published release of this version; with other bytes, or made by a person, it is a ConfigError. */
async function sameVersion(client: GitHubClient, { manifest }: NewVersion): Promise<Release | null> {
  const { model, model_version: version } = manifest;
  const release = await ownRelease(client, model, version);
  if (release === null) return null;
  const text = await documentOf(client, release, manifestName);
  if (text === null) throw lacksManifest(release);
  const there = readManifest(text, `${release.tag}/${manifestName}`, { model, version });
  if (there.digest !== manifest.digest) throw otherBytes(there, manifest);
  return release;
}

/** Brings a draft to hold these files and no others; the manifest last. */
async function fill(
  runtime: Runtime,
  client: GitHubClient,
  draft: Release,
  files: readonly WantedAsset[],
  { text, signature }: NewVersion,
): Promise<void> {
  const documents = await runtime.files.makeTemporaryFolder('trainyard-version-');
  try {
    const wanted = [
      ...files,
      ...(signature === null ? [] : [await written(runtime, documents, signatureName, signature)]),
      await written(runtime, documents, manifestName, text),
    ];
    const there = await listAssets(client, draft);
    const names = new Set(wanted.map(({ name }) => name));
    for (const asset of there.values()) if (!names.has(asset.name)) await removeAsset(client, asset);
    for (const asset of wanted) await ensureAsset(runtime, client, draft, asset, there.get(asset.name));
  } finally {
    await runtime.files.remove(documents);
  }
}

async function written({ files }: Runtime, folder: string, name: string, text: string): Promise<WantedAsset> {
  const bytes = Buffer.from(text);
  const file = join(folder, name);
  await files.write(file, bytes);
  return {
    name,
    label: name,
    file,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** The published release of a version, as we made it. */
async function ownRelease(client: GitHubClient, model: string, version: string): Promise<Release | null> {
  const release = await publishedRelease(client, versionTag(model, version));
  if (release === null || hasMarker(release.body, { model, version })) return release;
  throw madeByAPerson(release.tag, model, version);
}

async function documentOf(client: GitHubClient, release: Release, name: string): Promise<string | null> {
  return textOf(client, (await listAssets(client, release)).get(name));
}

async function textOf(client: GitHubClient, asset: Asset | undefined): Promise<string | null> {
  return asset === undefined ? null : readAsset(client, asset, documentBytes);
}

function lacksManifest({ tag }: Release): ConfigError {
  return new ConfigError(`The release ${tag} has no ${manifestName}: somebody edited it.`, {
    expected: 'the assets that were published',
    hint: 'Register the model again under a new version; protect releases by making them immutable.',
  });
}
