export { createFileBlobStore } from './blob-store.ts';
export { openFolderCandidates } from './folder-candidates.ts';
export { createLayeredBlobStore } from './layered.ts';
export { createEmptyBlobStore } from './none.ts';
export { createWorktrees } from './worktrees.ts';
