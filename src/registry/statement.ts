import { createHash } from 'node:crypto';
import { ConfigError } from '../core/errors.ts';
import { byName, manifestName, rootDigest } from '../formats/manifest.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';

/** A file of a signed model. */
interface SignedResource {
  name: string;
  algorithm: 'sha256';
  digest: string;
}

export const payloadType = 'application/vnd.in-toto+json';
const predicateType = 'https://model_signing/signature/v1.0';

/** What the format leaves out of a model, whatever it holds. */
const ignored = ['.git', '.gitattributes', '.github', '.gitignore'];

/**
 * What is signed of a version: all its files and the manifest itself, so that nobody can change the verdict later. An
 * in-toto statement as OpenSSF Model Signing 1.0 has it; `text` is the manifest as it is kept.
 */
export function statementOf(manifest: ModelManifest, text: string) {
  const { model, model_version: version } = manifest;
  const own = createHash('sha256').update(text).digest('hex');
  const files = [...manifest.resources, { name: manifestName, digest: own }].sort(byName);
  const resources = files.map(({ name, digest }): SignedResource => ({ name, algorithm: 'sha256', digest }));
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `${model}-${version}`, digest: { sha256: rootDigest(resources) } }],
    predicateType,
    predicate: {
      resources,
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: ignored },
    },
  };
}

/** Throws a ConfigError unless what was signed says the digests of this version's files and manifest, no more and no less. */
export function requireStatement(manifest: ModelManifest, text: string, payload: Buffer): void {
  const wanted = statementOf(manifest, text);
  const found = parsed(payload) as Partial<typeof wanted> | null;
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const digests = (resources: unknown) =>
    Array.isArray(resources) ? resources.map(({ name, digest }: SignedResource) => [name, digest]) : null;
  if (found?.predicateType !== predicateType) throw refused(manifest, 'is of another kind');
  const sameRoot = same(found.subject?.[0]?.digest, wanted.subject[0]?.digest);
  if (!sameRoot || !same(digests(found.predicate?.resources), digests(wanted.predicate.resources)))
    throw refused(manifest, 'is of other files');
}

/** What a Sigstore bundle carries; `null` when it is none, or has not exactly one signature. */
export function openBundle(text: string): { payload: Buffer; sig: Buffer } | null {
  try {
    const { dsseEnvelope } = JSON.parse(text) as {
      dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
    };
    const [signature, ...more] = dsseEnvelope.signatures;
    if (dsseEnvelope.payloadType !== payloadType || signature === undefined || more.length > 0) return null;
    return {
      payload: Buffer.from(dsseEnvelope.payload, 'base64'),
      sig: Buffer.from(signature.sig, 'base64'),
    };
  } catch {
    return null;
  }
}

/** A signature that does not count, and why. */
export function refused({ model, model_version: version }: ModelManifest, why: string): ConfigError {
  return new ConfigError(`The signature of ${model} ${version} ${why}.`, {
    expected: 'a signature of these very files, by whom the configuration trusts',
    hint: 'Do not deploy it; register and sign the model again under a new version.',
  });
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return null;
  }
}
