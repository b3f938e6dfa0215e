import { ConfigError } from '../core/errors.ts';
import { verifyVersion } from './signature.ts';
import type { NewVersion, WritableRegistry } from './types.ts';

/** A registry in which only versions count that are signed by one key; any other is a ConfigError when it is asked for. */
export function requireSigned(registry: WritableRegistry, publicKey: string): WritableRegistry {
  return {
    ...registry,
    async find(model, version) {
      const manifest = await registry.find(model, version);
      if (manifest === null) return null;
      const { text, signature } = (await registry.signed(model, version)) ?? { text: '', signature: null };
      requireSignature({ manifest, text, signature }, publicKey);
      return manifest;
    },
  };
}

/** Throws a ConfigError unless a version is signed by this key. */
export function requireSignature(
  { manifest, text, signature }: Pick<NewVersion, 'manifest' | 'text' | 'signature'>,
  publicKey: string,
): void {
  const { model, model_version: version } = manifest;
  if (signature === null) throw unsigned(model, version);
  verifyVersion(manifest, text, signature, publicKey);
}

function unsigned(model: string, version: string): ConfigError {
  return new ConfigError(`${model} ${version} is not signed.`, {
    expected: 'a signature by the key that "register.public-key" names',
    hint: 'Register with the private key: the input "signing-key", or "trainyard register --signing-key FILE". A version that is there unsigned stays so: take the next one.',
  });
}
