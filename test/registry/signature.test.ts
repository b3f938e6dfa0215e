import { generateKeyPairSync } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { signVersion, verifyVersion } from '../../src/registry/signature.ts';
import { caught } from '../config/caught.ts';
import { versionOf } from '../contract/registry.ts';
import { removeFolders } from '../git/repository.ts';

afterAll(removeFolders);

function keys(namedCurve: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return {
    private: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    public: String(publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

const pair = keys('prime256v1');
const { manifest, text } = versionOf('1.0.0');
const [first] = manifest.resources;

describe('a signature', () => {
  test.each(['prime256v1', 'secp384r1', 'secp521r1'])('by a key on %s is verified', (curve) => {
    const own = keys(curve);
    const signature = signVersion(manifest, text, own.private);
    expect(() => verifyVersion(manifest, text, signature, own.public)).not.toThrow();
  });

  const signature = signVersion(manifest, text, pair.private);
  const bundle = JSON.parse(signature);
  const envelope = bundle.dsseEnvelope;
  const withPayload = (change: (statement: Record<string, unknown>) => object) => {
    const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
    const payload = Buffer.from(JSON.stringify(change(statement))).toString('base64');
    return JSON.stringify({ ...bundle, dsseEnvelope: { ...envelope, payload } });
  };

  test.each([
    ['of another key', signVersion(manifest, text, keys('prime256v1').private), 'is of another key'],
    ['of another curve', signVersion(manifest, text, keys('secp384r1').private), 'is of another key'],
    [
      'of another version',
      signVersion({ ...manifest, resources: [first as NonNullable<typeof first>] }, text, pair.private),
      'is of other files',
    ],
    ['of another manifest', signVersion(manifest, `${text}\n`, pair.private), 'is of other files'],
    [
      'whose statement was changed',
      withPayload((statement) => ({ ...statement, subject: [] })),
      'is of another key',
    ],
    [
      'with two signers',
      JSON.stringify({
        ...bundle,
        dsseEnvelope: { ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] },
      }),
      'is no Sigstore bundle',
    ],
    [
      'without a signer',
      JSON.stringify({ ...bundle, dsseEnvelope: { ...envelope, signatures: [] } }),
      'is no Sigstore bundle',
    ],
    [
      'of another payload type',
      JSON.stringify({ ...bundle, dsseEnvelope: { ...envelope, payloadType: 'text/plain' } }),
      'is no Sigstore bundle',
    ],
    ['that is a page of HTML', '<html></html>', 'is no Sigstore bundle'],
    ['that is empty', '', 'is no Sigstore bundle'],
  ])('%s is refused', (_name, given, said) => {
    expect(caught(() => verifyVersion(manifest, text, given, pair.public)).message).toContain(said);
  });
});

test.each([
  [
    'RSA',
    String(
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ),
  ],
  ['Ed25519', String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))],
  ['on another curve', keys('secp256k1').private],
  ['a public one', pair.public],
  ['no key', 'hello'],
])('a key that is %s does not sign', (_name, key) => {
  expect(caught(() => signVersion(manifest, text, key))).toMatchObject({
    expected: expect.stringContaining('P-256'),
  });
});
