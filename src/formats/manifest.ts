import { createHash } from 'node:crypto';
import { ConfigError } from '../core/errors.ts';
import { parseSemver } from '../core/version/semver.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';
import { validate } from '../schema/manifest.validate.js';
import { type DocumentKind, readDocument } from './document.ts';

/** Name of the file that a manifest is; no model file may have it. */
export const manifestName = 'manifest.json';

const kind: DocumentKind = {
  what: 'model manifest',
  schema: 'trainyard/manifest',
  file: 'manifest.schema.json',
  version: 1,
  validate,
};

/**
 * A manifest from its JSON. A newer one, one the schema refuses, one of another model or version than it was asked for,
 * one whose root digest is not that of its resources or whose files lie outside of its folder: ConfigError.
 */
export function readManifest(
  text: string,
  file: string,
  asked: { model: string; version: string },
): ModelManifest {
  const manifest: ModelManifest = readDocument(text, file, kind);
  const { model, model_version: version, resources } = manifest;
  const refuse = (what: string, expected: string) =>
    new ConfigError(`${file} ${what}.`, { place: { file }, expected });
  if (parseSemver(version) === null)
    throw refuse(`has the version "${version}"`, 'a semantic version as 1.2.3');
  if (model !== asked.model || version !== asked.version)
    throw refuse(`is of ${model} ${version}`, `the manifest of ${asked.model} ${asked.version}`);
  const outside = resources.find(({ name }) => !isInside(name));
  if (outside) throw refuse(`names ${JSON.stringify(outside.name)}`, 'files below its own folder');
  const sorted = resources.every(
    (resource, i) => i === 0 || byName(resources[i - 1] ?? resource, resource) < 0,
  );
  if (resources.length === 0 || !sorted)
    throw refuse('does not list files once each, by name', 'at least one file');
  if (rootDigest(resources) !== manifest.digest)
    throw refuse('has a digest that is not that of its files', `"digest": "${rootDigest(resources)}"`);
  return manifest;
}

/** The text that is kept of a manifest. */
export function manifestText(manifest: ModelManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** SHA-256 over the raw digests of the resources in their order (OpenSSF Model Signing 1.0). */
export function rootDigest(resources: readonly { digest: string }[]): string {
  const hash = createHash('sha256');
  for (const { digest } of resources) hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

/** Orders resources by the code points of their names, as signatures list them. */
export function byName(a: { name: string }, b: { name: string }): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

function isInside(name: string): boolean {
  const parts = name.split('/');
  const inside = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  return inside && !/[\\\0:]/.test(name) && name !== manifestName;
}
