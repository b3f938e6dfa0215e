import { ConfigError } from '../core/errors.ts';
import { readManifest } from '../formats/manifest.ts';
import { writeWithRetries } from '../github/branch.ts';
import type { Runtime } from '../runtime/types.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';
import type { Documents } from './documents.ts';
import { ledgerBranch } from './layout.ts';

/** Path of the manifest of a registered version. */
export function versionPath(model: string, version: string): string {
  return `models/${model}/${version}.json`;
}

/** The manifest that the ledger has of a version; `null` when it has none. */
export async function registeredManifest(
  documents: Documents,
  model: string,
  version: string,
): Promise<ModelManifest | null> {
  const path = versionPath(model, version);
  const { texts } = await documents.read([path]);
  const text = texts[0] ?? null;
  return text === null ? null : readManifest(text, `${ledgerBranch}:${path}`, { model, version });
}

/**
 * Writes the manifest of a version into the ledger, once. Other bytes under the same version are a ConfigError, also
 * when the registry has lost what it had.
 */
export function recordVersion(
  runtime: Runtime,
  documents: Documents,
  manifest: ModelManifest,
  text: string,
): Promise<'written' | 'unchanged'> {
  const { model, model_version: version } = manifest;
  const path = versionPath(model, version);
  return writeWithRetries<'written' | 'unchanged'>(runtime, ledgerBranch, async () => {
    const { version: tip, texts } = await documents.read([path]);
    const there = texts[0] ?? null;
    if (there !== null) {
      const { digest } = readManifest(there, `${ledgerBranch}:${path}`, { model, version });
      if (digest === manifest.digest) return { done: 'unchanged' };
      throw recordedOtherwise(manifest, digest);
    }
    const outcome = await documents.write(tip, `Register ${model} ${version}`, [{ path, text }]);
    return outcome.result === 'written' ? { done: 'written' } : outcome;
  });
}

/** A version that the ledger knows with other bytes. */
function recordedOtherwise({ model, model_version: version }: ModelManifest, digest: string): ConfigError {
  return new ConfigError(
    `${model} ${version} was registered before with other bytes (${digest.slice(0, 12)}…, says the ledger).`,
    {
      expected: 'a version that was never used',
      hint: 'Release these bytes under the next version.',
    },
  );
}

/** A version that the ledger knows with other bytes stays taken, also when the registry has lost it: a ConfigError. */
export async function refuseRecordedOtherwise(documents: Documents, manifest: ModelManifest): Promise<void> {
  const recorded = await registeredManifest(documents, manifest.model, manifest.model_version);
  if (recorded !== null && recorded.digest !== manifest.digest)
    throw recordedOtherwise(manifest, recorded.digest);
}
