import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../../src/core/errors.ts';
import { verifyKeyless } from '../../../src/registry/keyless/verify.ts';
import { signVersion } from '../../../src/registry/signature.ts';
import { createRuntime } from '../../../src/runtime/node/index.ts';
import { versionOf } from '../../contract/registry.ts';
import { removeFolders } from '../../git/repository.ts';
import { createSigstore, identityToken, type Sigstore } from '../../rig/sigstore/index.ts';
import { endIntercepting, intercept } from '../../rig/sigstore/intercept.ts';

const workflow = 'https://github.com/octo/churn/.github/workflows/release.yml@refs/tags/v1.0.0';
const repository = 'octo/churn';
const identities = ['https://github.com/octo/churn/.github/workflows/release.yml@refs/tags/v*'];
const { manifest, text } = versionOf('1.0.0');
const runtime = createRuntime({ signal: new AbortController().signal });

/** A GitHub that gives tokens for identities and keeps attestations. */
let github: Server;
let identity: Parameters<typeof identityToken>[0] = { workflow, repository };
let keeping = { status: 201, body: '{"id": 7}' };
const kept: unknown[] = [];
let sigstore: Sigstore;
let sign: typeof import('../../../src/registry/keyless/sign.ts');
let env: Record<string, string>;
const before = { ...process.env };

beforeAll(async () => {
  sigstore = await createSigstore();
  github = createServer((request, response) => {
    if (request.url?.startsWith('/token')) {
      response.end(JSON.stringify({ value: identityToken(identity) }));
      return;
    }
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      kept.push(JSON.parse(body).bundle);
      response.writeHead(keeping.status, { 'content-type': 'application/json' }).end(keeping.body);
    });
  });
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
  env = { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?a=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
  Object.assign(process.env, env, { GITHUB_API_URL: url, GITHUB_REPOSITORY: repository });
  delete process.env['GITHUB_SERVER_URL'];
  sign = await import('../../../src/registry/keyless/sign.ts');
});
afterEach(() => {
  identity = { workflow, repository };
  keeping = { status: 201, body: '{"id": 7}' };
  kept.length = 0;
  endIntercepting();
});
afterAll(() => {
  process.env = before;
  github.close();
  removeFolders();
});

/** Signs by the authorities of this test in place of the real ones. */
async function signed({ isPublic = true, version = { manifest, text } } = {}): Promise<string> {
  intercept(sigstore.handlers);
  return sign.signKeyless({ env, token: 'ghs_x', isPublic }, version.manifest, version.text);
}

const verified = (
  signature: string,
  trustedRoot = sigstore.publicRoot,
  trusted: readonly string[] = identities,
) =>
  verifyKeyless(
    runtime,
    { manifest, text, signature },
    { kind: 'workflow', identities: trusted, trustedRoot },
  );

describe('a signature by a workflow', () => {
  test('of a public repository stands in the public log, is kept by GitHub, and is verified', async () => {
    const signature = await signed();
    const bundle = JSON.parse(signature);
    expect(bundle.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(bundle.verificationMaterial.tlogEntries).toHaveLength(1);
    expect(kept).toEqual([bundle]);
    await expect(verified(signature)).resolves.toBeUndefined();
  });

  test('of any other repository stands in no log, and has a time from GitHub', async () => {
    const signature = await signed({ isPublic: false });
    const { tlogEntries = [], timestampVerificationData } = JSON.parse(signature).verificationMaterial;
    expect([tlogEntries.length, timestampVerificationData.rfc3161Timestamps.length]).toEqual([0, 1]);
    await expect(verified(signature, sigstore.githubRoot)).resolves.toBeUndefined();
    await expect(
      verified(signature, `${sigstore.publicRoot}\n${sigstore.githubRoot}\n`),
    ).resolves.toBeUndefined();
  });

  test.each<[string, Parameters<typeof identityToken>[0], RegExp]>([
    [
      'another issuer',
      { workflow, repository, issuer: 'https://accounts.example.com' },
      /rests on the word of https:\/\/accounts\.example\.com/,
    ],
    [
      'another workflow',
      { workflow: workflow.replace('release', 'evil'), repository },
      /another workflow or ref: .*evil\.yml/,
    ],
    [
      'another ref',
      { workflow: workflow.replace('tags/v', 'heads/v'), repository },
      /another workflow or ref/,
    ],
    [
      'another repository that calls it',
      { workflow, repository: 'evil/fork' },
      /by a run of https:\/\/github\.com\/evil\/fork/,
    ],
    [
      'another repository',
      { workflow: workflow.replace('octo', 'evil'), repository: 'evil/churn' },
      /another workflow or ref/,
    ],
  ])('of %s does not count', async (_who, other, why) => {
    identity = other;
    await expect(verified(await signed())).rejects.toThrow(why);
  });

  test('does not count by other authorities, without its log entry, or without its time', async () => {
    const strangers = await createSigstore();
    const signature = await signed();
    await expect(verified(signature, strangers.publicRoot)).rejects.toThrow(/cannot be verified/);
    await expect(verified(signature, sigstore.githubRoot)).rejects.toThrow(/cannot be verified/);
    const bare = JSON.parse(signature);
    bare.verificationMaterial.tlogEntries = [];
    await expect(verified(JSON.stringify(bare))).rejects.toThrow(/cannot be verified \(expected 1 tlog/);
    const untimed = JSON.parse(await signed({ isPublic: false }));
    untimed.verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [] };
    await expect(verified(JSON.stringify(untimed), sigstore.githubRoot)).rejects.toThrow(/expected 1 tsa/);
  });

  test('of other files, of another manifest or with a changed statement does not count', async () => {
    const other = versionOf('1.1.0');
    await expect(verified(await signed({ version: other }))).rejects.toThrow(/is of other files/);
    await expect(verified(await signed({ version: { manifest, text: `${text}\n` } }))).rejects.toThrow(
      /is of other files/,
    );
    const bundle = JSON.parse(await signed());
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64')
      .toString()
      .replace(/"name":"a/, '"name":"b');
    bundle.dsseEnvelope.payload = Buffer.from(payload.replace('sha256', 'sha512')).toString('base64');
    await expect(verified(JSON.stringify(bundle))).rejects.toThrow(/cannot be verified/);
  });

  test('by a key, or none at all, does not count', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await expect(verified(signVersion(manifest, text, key))).rejects.toThrow(/it was made with a key/);
    await expect(verified('{}')).rejects.toThrow(/is no Sigstore bundle/);
    await expect(verified('<html>')).rejects.toThrow(/is no Sigstore bundle/);
  });

  test('by a trusted root that cannot be read is a ConfigError with its line', async () => {
    const signature = await signed();
    await expect(verified(signature, `${sigstore.publicRoot}\n{"tlogs": 1`)).rejects.toThrow(
      /Line 2 of "register.trusted-root"/,
    );
  });
});

describe('signing says what is missing', () => {
  test('where the job may not ask for an identity', async () => {
    const failure = sign.signKeyless({ env: {}, token: 'x', isPublic: true }, manifest, text);
    await expect(failure).rejects.toBeInstanceOf(ConfigError);
    await expect(failure).rejects.toMatchObject({ hint: expect.stringContaining('"id-token: write"') });
  });

  test.each([403, 404])('where GitHub keeps no attestations of the repository: %d', async (status) => {
    keeping = { status, body: '{"message": "Feature not available for the octo organization."}' };
    const failure = signed();
    await expect(failure).rejects.toBeInstanceOf(ConfigError);
    await expect(failure).rejects.toMatchObject({
      message: expect.stringContaining('Feature not available'),
      hint: expect.stringContaining('sign with a key'),
    });
  });

  test('where Sigstore fails it is the other side', async () => {
    const fulcio = { path: '/api/v2/signingCert', fn: async () => ({ statusCode: 400, response: 'no' }) };
    intercept({ 'fulcio.sigstore.dev': fulcio });
    await expect(sign.signKeyless({ env, token: 'x', isPublic: true }, manifest, text)).rejects.toMatchObject(
      {
        name: 'UpstreamError',
        message: expect.stringContaining('could not be signed'),
      },
    );
  });
});
