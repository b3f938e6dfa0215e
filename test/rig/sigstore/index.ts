import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult, X509Certificate } from 'node:crypto';
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs';

/** Answers one kind of request of Sigstore's. */
export interface Handler {
  path: string;
  fn(body: string): Promise<{ statusCode: number; response: string | Buffer; contentType?: string }>;
}

/** Sigstore with authorities of its own: what it signs is checked by whoever trusts `trustedRoot`. */
export interface Sigstore {
  /** By host, as the public instance and GitHub's have them. */
  handlers: Readonly<Record<string, Handler>>;
  /** The authorities as `gh attestation trusted-root` prints them: the public instance's, GitHub's. */
  publicRoot: string;
  githubRoot: string;
}

const keyPair = (): KeyPairKeyObjectResult => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The subject of a certificate is the claim `san` of the token that asks for it. */
export async function createSigstore(): Promise<Sigstore> {
  const rekorUrl = 'https://rekor.sigstore.dev';
  const ctlog = await initializeCTLog(keyPair());
  const ca = await initializeCA(keyPair(), ctlog);
  const plainCa = await initializeCA(keyPair());
  const tlog = await initializeTLog(rekorUrl, keyPair());
  const tsa = await initializeTSA(keyPair());
  const options = { strict: true, subjectClaim: 'san' };
  const authority = (uri: string, ...certificates: Buffer[]) => ({
    ...{ subject: { commonName: 'sigstore', organization: 'sigstore.mock' }, uri, operator: '' },
    certChain: { certificates: certificates.map((rawBytes) => ({ rawBytes })) },
    validFor: { start: new Date(0), end: undefined },
  });
  const log = (baseUrl: string, keyId: Buffer, rawBytes: Buffer) => ({
    ...{
      baseUrl,
      operator: '',
      logId: { keyId },
      hashAlgorithm: HashAlgorithm.SHA2_256,
      checkpointKeyId: undefined,
    },
    publicKey: {
      ...{ rawBytes, keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256 },
      validFor: { start: new Date(0), end: undefined },
    },
  });
  const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
  const print = (root: Omit<TrustedRoot, 'mediaType'>) =>
    JSON.stringify(TrustedRoot.toJSON({ mediaType, ...root }));
  const rekorId = createHash('sha256').update(tlog.publicKey).digest();
  return {
    handlers: {
      'fulcio.sigstore.dev': fulcioHandler(ca, options) as Handler,
      'rekor.sigstore.dev': asLogged(rekorHandler(tlog, { strict: true }) as Handler),
      'fulcio.githubapp.com': fulcioHandler(plainCa, options) as Handler,
      'timestamp.githubapp.com': tsaHandler(tsa, { strict: true }) as Handler,
    },
    publicRoot: print({
      tlogs: [log(rekorUrl, rekorId, tlog.publicKey)],
      certificateAuthorities: [authority('https://fulcio.sigstore.dev', ca.rootCertificate)],
      ctlogs: [log('https://ctfe.sigstore.dev', ctlog.logID, ctlog.publicKey)],
      timestampAuthorities: [],
    }),
    githubRoot: print({
      ...{ tlogs: [], ctlogs: [] },
      certificateAuthorities: [authority('https://fulcio.githubapp.com', plainCa.rootCertificate)],
      timestampAuthorities: [
        authority('https://timestamp.githubapp.com', tsa.intCertificate, tsa.rootCertificate),
      ],
    }),
  };
}

/** Rekor logs the hashes and signatures of an envelope that is proposed, not the envelope; the package's log takes what comes. */
function asLogged({ path, fn }: Handler): Handler {
  const sha256 = (text: string | Buffer) => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(text).digest('hex'),
  });
  return {
    path,
    fn(body) {
      const { apiVersion, kind, spec } = JSON.parse(body);
      const { envelope, verifiers } = spec.proposedContent;
      const { payload, signatures } = JSON.parse(envelope);
      const logged = {
        ...{ envelopeHash: sha256(envelope), payloadHash: sha256(Buffer.from(payload, 'base64')) },
        signatures: signatures.map(({ sig }: { sig: string }, i: number) => ({
          signature: sig,
          verifier: Buffer.from(pemOf(verifiers[i])).toString('base64'),
        })),
      };
      return fn(JSON.stringify({ apiVersion, kind, spec: logged }));
    },
  };
}

/** The certificate as Rekor prints it, whatever the line ends of what came. */
function pemOf(verifier: string): string {
  return new X509Certificate(Buffer.from(verifier, 'base64')).toString();
}

/** A token as GitHub gives a run to show to Sigstore; nobody checks its signature here. */
export function identityToken(identity: { workflow: string; repository: string; issuer?: string }): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { workflow, repository, issuer = 'https://token.actions.githubusercontent.com' } = identity;
  const claims = {
    ...{ iss: issuer, aud: 'sigstore' },
    ...{ san: workflow, sub: workflow, repository, exp: Math.floor(Date.now() / 1000) + 600 },
  };
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${Buffer.from('none').toString('base64url')}`;
}
