import type { RequiredSigner } from '../config/register.ts';
import { ConfigError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import type { NewVersion, WritableRegistry } from './types.ts';

/** A version with what was signed of it. */
type Signed = Pick<NewVersion, 'manifest' | 'text' | 'signature'>;

/** A registry in which only versions count that are signed by whom is required; any other is a ConfigError when it is asked for. */
export function requireSigned(
  runtime: Runtime,
  registry: WritableRegistry,
  signer: RequiredSigner,
): WritableRegistry {
  return {
    ...registry,
    async find(model, version) {
      const manifest = await registry.find(model, version);
      if (manifest === null) return null;
      const { text, signature } = (await registry.signed(model, version)) ?? { text: '', signature: null };
      await requireSignature(runtime, { manifest, text, signature }, signer);
      return manifest;
    },
  };
}

/** Throws a ConfigError unless a version is signed by whom is required. */
export async function requireSignature(
  runtime: Runtime,
  { manifest, text, signature }: Signed,
  signer: RequiredSigner,
): Promise<void> {
  const { model, model_version: version } = manifest;
  if (signature === null) throw unsigned(model, version, signer);
  if (signer.kind === 'key') {
    const { verifyVersion } = await import('./signature.ts');
    verifyVersion(manifest, text, signature, signer.publicKey);
  } else {
    const { verifyKeyless } = await import('./keyless/verify.ts');
    await verifyKeyless(runtime, { manifest, text, signature }, signer);
  }
}

function unsigned(model: string, version: string, { kind }: RequiredSigner): ConfigError {
  const remedies = {
    key: 'Register with the private key: the input "signing-key", or "trainyard register --signing-key FILE".',
    workflow: 'Register it in the workflow that "register.signed-by" names.',
  };
  const keys = {
    key: 'the key that "register.public-key" names',
    workflow: 'a workflow of "register.signed-by"',
  };
  return new ConfigError(`${model} ${version} is not signed.`, {
    expected: `a signature by ${keys[kind]}`,
    hint: `${remedies[kind]} A version that is there unsigned stays so: take the next one.`,
  });
}
