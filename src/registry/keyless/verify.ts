import { type Bundle, bundleFromJSON, type SerializedBundle } from '@sigstore/bundle';
import { X509Certificate } from '@sigstore/core';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import type { RequiredSigner } from '../../config/register.ts';
import { ConfigError, UpstreamError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';
import { openBundle, refused, requireStatement } from '../statement.ts';
import type { NewVersion } from '../types.ts';

type Workflow = Extract<RequiredSigner, { kind: 'workflow' }>;

/** Fulcio's name for the repository whose run asked for the certificate. */
const sourceRepository = '1.3.6.1.4.1.57264.1.12';
/** And for who said which run it is. */
const identityIssuer = '1.3.6.1.4.1.57264.1.8';

/**
 * Throws a ConfigError unless a version is signed by a workflow that is trusted, on a ref that is: its certificate comes from
 * a trusted authority and was valid when a trusted log or clock saw the signature, and what is signed are the digests of
 * this version's files and manifest. Roots that cannot be fetched are an UpstreamError.
 */
export async function verifyKeyless(
  runtime: Runtime,
  { manifest, text, signature }: Pick<NewVersion, 'manifest' | 'text'> & { signature: string },
  { identities, trustedRoot }: Workflow,
): Promise<void> {
  const bundle = readBundle(signature);
  const { payload } = openBundle(signature) ?? {};
  const certificate = bundle && certificateOf(bundle);
  if (bundle === null || payload === undefined) throw refused(manifest, 'is no Sigstore bundle');
  if (certificate === null) throw refused(manifest, 'has no certificate: it was made with a key');
  const roots = trustedRoot === null ? [await publicRoot(runtime)] : readRoots(trustedRoot);
  const said = roots.map((root) => complaint(bundle, root));
  if (said.every((reason) => reason !== null))
    throw refused(manifest, `cannot be verified (${said.join('; ')})`);
  requireIdentity(certificate, identities, (why) => refused(manifest, why));
  requireStatement(manifest, text, payload);
}

/** Why a bundle is not vouched for by these authorities; `null` when it is. */
function complaint(bundle: Bundle, root: TrustedRoot): string | null {
  const material = toTrustMaterial(root);
  const [log, transparency] = [material.tlogs.length > 0 ? 1 : 0, material.ctlogs.length > 0 ? 1 : 0];
  const thresholds = { tlogThreshold: log, ctlogThreshold: transparency, tsaThreshold: 1 - log };
  try {
    new Verifier(material, thresholds).verify(toSignedEntity(bundle));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * The certificate must name one of the workflows, by the word of that server's GitHub, and its run must have been one of the
 * same repository: another may call a workflow that can be reused.
 */
function requireIdentity(
  certificate: X509Certificate,
  identities: readonly string[],
  refuse: (why: string) => ConfigError,
): void {
  const name = certificate.subjectAltName ?? '';
  const wanted = identities.find((identity) =>
    identity.endsWith('*') ? name.startsWith(identity.slice(0, -1)) : name === identity,
  );
  if (wanted === undefined)
    throw refuse(`is of another workflow or ref: ${JSON.stringify(name.slice(0, 300))}`);
  const textOf = (oid: string) => certificate.extension(oid)?.valueObj.subs[0]?.value.toString('utf8');
  const [repository = ''] = wanted.split('/.github/workflows/');
  const issuer = textOf(identityIssuer) ?? 'nobody';
  if (!issuersOf(repository).includes(hostOf(issuer))) throw refuse(`rests on the word of ${issuer}`);
  const source = textOf(sourceRepository);
  if (source !== repository) throw refuse(`was made by a run of ${source ?? 'no repository that it names'}`);
}

/** Hosts that give runs of a server their identities; an enterprise has a path of its own there. */
function issuersOf(repository: string): string[] {
  const host = hostOf(repository);
  return host === 'github.com' ? ['token.actions.githubusercontent.com'] : [`token.actions.${host}`, host];
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : '';
}

function readBundle(text: string): Bundle | null {
  try {
    return bundleFromJSON(JSON.parse(text) as SerializedBundle);
  } catch {
    return null;
  }
}

function certificateOf({ verificationMaterial: { content } }: Bundle): X509Certificate | null {
  if (content.$case === 'certificate') return X509Certificate.parse(content.certificate.rawBytes);
  if (content.$case === 'publicKey') return null;
  const [leaf] = content.x509CertificateChain.certificates;
  return leaf === undefined ? null : X509Certificate.parse(leaf.rawBytes);
}

/** Authorities as `gh attestation trusted-root` prints them, a line each. */
function readRoots(text: string): TrustedRoot[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line, i) => {
    try {
      return TrustedRoot.fromJSON(JSON.parse(line));
    } catch (error) {
      throw new ConfigError(
        `Line ${i + 1} of "register.trusted-root" cannot be read: ${(error as Error).message}`,
        {
          expected: 'a trusted root of Sigstore as JSON on each line',
          hint: 'Take what "gh attestation trusted-root" prints.',
        },
      );
    }
  });
}

/** What the public Sigstore trusts, by its own signed updates (TUF), from the root that the library was published with. */
async function publicRoot({ files }: Runtime): Promise<TrustedRoot> {
  const { getTrustedRoot } = await import('@sigstore/tuf');
  const cachePath = await files.makeTemporaryFolder('trainyard-trust-');
  try {
    return await getTrustedRoot({ cachePath });
  } catch (error) {
    throw new UpstreamError(`Sigstore's authorities could not be fetched: ${(error as Error).message}`, {
      retryable: true,
      hint: 'Where there is no way to tuf-repo-cdn.sigstore.dev, put what "gh attestation trusted-root" prints into "register.trusted-root".',
      cause: error,
    });
  } finally {
    await files.remove(cachePath);
  }
}
