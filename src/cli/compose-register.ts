import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { Deps } from '../run/deps.ts';
import type { Runtime } from '../runtime/types.ts';
import type { RegisterSite } from '../verbs/register.ts';
import { composeLocal } from './compose.ts';

/**
 * Wires registration to this laptop: tags and ledger are those of the clone, versions go to the registry that deployments
 * read, model files come from the cache of stages or the configured folder. `keyFile` holds the key
 * that versions are signed with.
 */
export async function composeRegister(runtime: Runtime, keyFile: string | null): Promise<RegisterSite> {
  const [
    local,
    { createGit },
    { createGitDocuments },
    { createLocalVersionTags },
    { openRegistry },
    { createFileBlobStore },
    { createBlobCandidateStore },
    { readSigningKey },
    { signVersion },
  ] = await Promise.all([
    composeLocal(runtime),
    import('../git/index.ts'),
    import('../ledger/git/documents.ts'),
    import('../platform/local/version-tags.ts'),
    import('../registry/api.ts'),
    import('../stores/index.ts'),
    import('../stores/candidates/by-digest.ts'),
    import('./signing-key.ts'),
    import('../registry/signature.ts'),
  ]);
  const git = createGit(runtime, local.root);
  const cache = createBlobCandidateStore(
    runtime,
    createFileBlobStore(runtime, join(local.stateFolder, 'cache')),
  );
  const deps: Deps = {
    ...local,
    async candidates(model) {
      const kept = await local.candidates(model);
      return {
        get: async (record, folder) => (await cache.get(record, folder)) || kept.get(record, folder),
      };
    },
  };
  const key = keyFile === null ? null : await readSigningKey(runtime, keyFile);
  return {
    deps,
    judging: () => deps,
    registry: ({ register }) => openRegistry({ runtime, root: local.root, client: null }, register),
    tags: createLocalVersionTags(git),
    documents: createGitDocuments(runtime, git),
    signer({ name, register: { signer } }) {
      if (signer?.kind === 'workflow')
        throw new ConfigError(`Versions of ${name} are signed by a workflow, and this is none.`, {
          expected: `a run of ${signer.identities.join(' or ')}`,
          hint: 'Register it there: publish a release, or start the workflow by hand.',
        });
      return key === null ? null : async (manifest, text) => signVersion(manifest, text, key);
    },
  };
}
