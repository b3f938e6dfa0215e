import { join } from 'node:path';
import type { BlobStore, CandidateStore } from '../../platform/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { bringAll, type CandidateFile, candidateFiles, requireFiles } from './files.ts';

/** Model files in a store of bytes by digest, such as a folder that all runners share: equal files are kept once. */
export function createBlobCandidateStore(runtime: Runtime, blobs: BlobStore): CandidateStore {
  return {
    async has(record) {
      const wanted = candidateFiles(record);
      for (const { sha256 } of wanted) if (!(await blobs.has(sha256))) return false;
      return wanted.length > 0;
    },

    async put(record, folder) {
      const wanted = candidateFiles(record);
      await requireFiles(runtime, wanted, folder);
      for (const { path, sha256 } of wanted) await blobs.put(sha256, join(folder, path));
    },

    async get(record, folder) {
      const wanted = candidateFiles(record);
      if (wanted.length === 0) return false;
      const fetch = ({ sha256 }: CandidateFile, to: string) => blobs.get(sha256, to);
      return bringAll(runtime, wanted, folder, fetch, { proven: true });
    },
  };
}
