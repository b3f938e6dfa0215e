import { attest } from '@actions/attest';
import { ConfigError, UpstreamError } from '../../core/errors.ts';
import type { ModelManifest } from '../../schema/manifest.types.ts';
import { statementOf } from '../statement.ts';

/** What is known of the job that signs. */
export interface KeylessPlace {
  env: Readonly<Record<string, string | undefined>>;
  token: string;
  /** Whether everybody can see the repository: what the public Sigstore signs stands in a public log. */
  isPublic: boolean;
}

/**
 * Signs a version with a certificate for this run: a Sigstore bundle v0.3 around the same statement as with a key. A public
 * repository's comes from the public Sigstore and stands in its log, any other's from GitHub's. GitHub keeps the bundle as
 * an attestation of the repository, too. A job that may not, and a plan without attestations, are a ConfigError.
 */
export async function signKeyless(
  { env, token, isPublic }: KeylessPlace,
  manifest: ModelManifest,
  text: string,
): Promise<string> {
  if (!env['ACTIONS_ID_TOKEN_REQUEST_URL']) throw mayNot();
  const { subject, predicateType, predicate } = statementOf(manifest, text);
  try {
    const { bundle } = await attest({
      ...{ subjects: subject, predicateType, predicate, token },
      sigstore: isPublic ? 'public-good' : 'github',
    });
    return `${JSON.stringify(bundle)}\n`;
  } catch (error) {
    throw explained(manifest, error as Error);
  }
}

function mayNot(): ConfigError {
  return new ConfigError('The job may not ask for a certificate to sign with.', {
    expected: 'a job with "id-token: write"',
    hint: 'Add "id-token: write" and "attestations: write" to the permissions of the job that registers.',
  });
}

function explained({ model, model_version: version }: ModelManifest, error: Error): Error {
  const causes = [error.message, error.cause instanceof Error ? error.cause.message : ''].filter(Boolean);
  const said = causes.join(': ').slice(0, 500);
  if (
    /^Failed to persist attestation/.test(said) &&
    /not accessible|not available|feature|plan|forbidden|not found/i.test(said)
  )
    return new ConfigError(`GitHub keeps no attestation of ${model} ${version}: ${said}`, {
      expected:
        'a job with "attestations: write", in a repository that is public or of GitHub Enterprise Cloud',
      hint: 'Add the permission; where the plan has no attestations, sign with a key ("register: public-key").',
    });
  return new UpstreamError(`${model} ${version} could not be signed: ${said}`, {
    retryable: true,
    cause: error,
  });
}
