import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { ConfigError } from '../core/errors.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';
import { openBundle, payloadType, refused, requireStatement, statementOf } from './statement.ts';

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** Hash that goes with a curve, as the format has it. */
const hashes: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

/**
 * Signs a version, all its files and the manifest itself. The result is a Sigstore bundle v0.3 around a DSSE envelope of an
 * in-toto statement, as OpenSSF Model Signing 1.0 has it, signed by an elliptic-curve key (P-256, P-384 or P-521, PEM).
 * `text` is the manifest as it is kept. Any other key: ConfigError.
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
  const key = readKey(publicKey, 'public');
  const { payload, sig } = openBundle(signature) ?? {};
  if (payload === undefined || sig === undefined) throw refused(manifest, 'is no Sigstore bundle');
  if (!verifyBytes(hashOf(key), envelopeBytes(payload), key, sig))
    throw refused(manifest, 'is of another key');
  requireStatement(manifest, text, payload);
}

/** What is signed of a payload (DSSE v1, pre-authentication encoding). */
function envelopeBytes(payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
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
