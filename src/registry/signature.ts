import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { ConfigError } from '../core/errors.ts';
import { byName, manifestName, rootDigest } from '../formats/manifest.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';

/** A file of a signed model. */
interface SignedResource {
  name: string;
  algorithm: 'sha256';
  digest: string;
}

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.in-toto+json';
const predicateType = 'https://model_signing/signature/v1.0';

/** What the format leaves out of a model, whatever it holds. */
const ignored = ['.git', '.gitattributes', '.github', '.gitignore'];

/** Hash that goes with a curve, as the format has it. */
const hashes: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

/**
 * Signs a version: all its files and the manifest itself, so that nobody can change the verdict later. The result is a
 * Sigstore bundle v0.3 around a DSSE envelope of an in-toto statement, as OpenSSF Model Signing 1.0 has it, signed by an
 * elliptic-curve key (P-256, P-384 or P-521, PEM). `text` is the manifest as it is kept. Any other key: ConfigError.
 */
export function signVersion(manifest: ModelManifest, text: string, privateKey: string): string {
  const key = readKey(privateKey, 'private');
  const payload = Buffer.from(JSON.stringify(statementOf(manifest, text)));
  const signature = signBytes(hashOf(key), envelopeBytes(payload), key);
  return `${JSON.stringify({
    mediaType: bundleType,
    verificationMaterial: { publicKey: { hint: hintOf(createPublicKey(key)) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType,
      signatures: [{ sig: signature.toString('base64'), keyid: '' }],
    },
  })}\n`;
}

/**
 * Throws a ConfigError unless the signature is of this key and says the digests of this version's files and manifest,
 * no more and no less.
 */
export function verifyVersion(
  manifest: ModelManifest,
  text: string,
  signature: string,
  publicKey: string,
): void {
  const { model, model_version: version } = manifest;
  const refuse = (why: string) =>
    new ConfigError(`The signature of ${model} ${version} ${why}.`, {
      expected: 'a signature of these very files, by the key that is trusted',
      hint: 'Do not deploy it; register and sign the model again under a new version.',
    });
  const key = readKey(publicKey, 'public');
  const { payload, sig } = openBundle(signature) ?? {};
  if (payload === undefined || sig === undefined) throw refuse('is no Sigstore bundle');
  if (!verifyBytes(hashOf(key), envelopeBytes(payload), key, sig)) throw refuse('is of another key');
  const wanted = statementOf(manifest, text);
  const found = JSON.parse(payload.toString('utf8')) as Partial<typeof wanted>;
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const digests = (resources: unknown) =>
    Array.isArray(resources) ? resources.map(({ name, digest }: SignedResource) => [name, digest]) : null;
  if (found.predicateType !== predicateType) throw refuse('is of another kind');
  const sameRoot = same(found.subject?.[0]?.digest, wanted.subject[0]?.digest);
  if (!sameRoot || !same(digests(found.predicate?.resources), digests(wanted.predicate.resources)))
    throw refuse('is of other files');
}

function statementOf(manifest: ModelManifest, text: string) {
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

/** What is signed of a payload (DSSE v1, pre-authentication encoding). */
function envelopeBytes(payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
}

function openBundle(text: string): { payload: Buffer; sig: Buffer } | null {
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

function readKey(pem: string, kind: 'private' | 'public'): KeyObject {
  try {
    const key = kind === 'private' ? createPrivateKey(pem) : createPublicKey(pem);
    hashOf(key);
    return key;
  } catch {
    throw new ConfigError(`The ${kind} key for signatures cannot be used.`, {
      expected: `the PEM text of a ${kind} key on the curve P-256, P-384 or P-521, without a passphrase`,
      hint: 'Make one: openssl ecparam -name prime256v1 -genkey -noout -out key.pem; openssl ec -in key.pem -pubout -out public.pem',
    });
  }
}

function hashOf(key: KeyObject): string {
  const hash = hashes[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (hash === undefined) throw new Error('no such curve');
  return hash;
}

/** Tells keys apart: SHA-256 of the public key's PEM text. */
function hintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'pem' }))
    .digest('hex');
}
