import { isAbsolute, join } from 'node:path';
import type { CandidatesStore, FolderStore, PredictionsStore } from '../../config/stores.ts';
import { isPublic } from '../../github/repository.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { ArtifactUploads } from '../../platform/github/artifacts.ts';
import type { BlobStore, CandidateStore } from '../../platform/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { createFileBlobStore } from '../blob-store.ts';
import { createArtifactCandidateStore } from '../candidates/artifacts.ts';
import { createBlobCandidateStore } from '../candidates/by-digest.ts';
import { createReleaseCandidateStore } from '../candidates/draft-release.ts';
import { createEmptyBlobStore } from '../none.ts';
import { createArtifactBlobStore } from './artifact-blobs.ts';
import { createBranchBlobStore } from './branch-blobs.ts';

/** What a job brings for its stores. */
export interface StorePlaces {
  runtime: Runtime;
  client: GitHubClient;
  uploads: ArtifactUploads;
  /** Absolute folder that relative ones of the configuration are below. */
  root: string;
}

/** Draft releases of a model that stay. */
const keptDrafts = 10;

/**
 * The store of predictions that a model's configuration names. Without one these are artifacts; in a public repository
 * nothing is kept, as rows of a test set are to be published only by who says so (one request asks).
 */
export async function openPredictionsStore(
  { runtime, client, uploads, root }: StorePlaces,
  store: PredictionsStore | null,
): Promise<BlobStore> {
  const kind = store?.kind ?? ((await isPublic(client)) ? 'none' : 'artifact');
  if (store?.kind === 'path') return createFileBlobStore(runtime, folderOf(store, root));
  if (kind === 'ledger') return createBranchBlobStore(runtime, client);
  return kind === 'none' ? createEmptyBlobStore(runtime) : createArtifactBlobStore(runtime, client, uploads);
}

/** The store of candidates that a model's configuration names. */
export function openCandidateStore(
  { runtime, client, uploads, root }: StorePlaces,
  store: CandidatesStore,
): CandidateStore {
  if (store.kind === 'path')
    return createBlobCandidateStore(runtime, createFileBlobStore(runtime, folderOf(store, root)));
  return store.kind === 'draft-release'
    ? createReleaseCandidateStore(runtime, client, keptDrafts)
    : createArtifactCandidateStore(runtime, client, uploads);
}

function folderOf({ folder }: FolderStore, root: string): string {
  return isAbsolute(folder) ? folder : join(root, folder);
}
