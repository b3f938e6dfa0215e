import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ModelManifest } from '../../src/schema/manifest.types.ts';

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

/** Writes files as `register` would and gives their manifest. */
export function writeVersion(
  folder: string,
  version: string,
  changed: Partial<ModelManifest> = {},
  files: Record<string, string> = { 'model.bin': `model ${version}`, 'sub/words.txt': 'words' },
): ModelManifest {
  const resources = Object.entries(files).map(([name, text]) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    return { name, bytes: Buffer.byteLength(text), algorithm: 'sha256' as const, digest: sha256(text) };
  });
  return {
    ...{ schema: 'trainyard/manifest', version: 1, model: 'churn', model_version: version },
    digest: sha256(Buffer.concat(resources.map(({ digest }) => Buffer.from(digest, 'hex')))),
    ...{ resources, commit: 'c'.repeat(40), run: 'd'.repeat(20), verdict: { verdict: 'pass', kind: 'pass' } },
    created: '2026-01-01T00:00:00.000Z',
    ...changed,
  };
}

/** A version in the registry of a laptop's project. */
export function registerVersion(
  project: string,
  version: string,
  changed: Partial<ModelManifest> = {},
  files?: Record<string, string>,
): ModelManifest {
  const folder = join(project, '.trainyard/registry/churn', version);
  const manifest = writeVersion(join(folder, 'files'), version, changed, files);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return manifest;
}
