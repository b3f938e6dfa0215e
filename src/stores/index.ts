export { createFileBlobStore } from './blob-store.ts';
export { createWorktrees } from './worktrees.ts';
