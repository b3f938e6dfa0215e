import { isAbsolute, join } from 'node:path';
import type { CandidatesStore } from '../config/stores.ts';
import type { CandidateStore } from '../platform/types.ts';
import type { Runtime } from '../runtime/types.ts';
import { createFileBlobStore } from './blob-store.ts';
import { createBlobCandidateStore } from './candidates/by-digest.ts';

/** Model files as a place without a token can read them: in the folder that the configuration names, or not at all. */
export function openFolderCandidates(
  runtime: Runtime,
  root: string,
  store: CandidatesStore,
): Pick<CandidateStore, 'get'> {
  if (store.kind !== 'path') return { get: async () => false };
  const { folder } = store;
  const blobs = createFileBlobStore(runtime, isAbsolute(folder) ? folder : join(root, folder));
  return createBlobCandidateStore(runtime, blobs);
}
