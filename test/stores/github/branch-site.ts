import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GitHubClient } from '../../../src/github/types.ts';
import type { BlobStore } from '../../../src/platform/types.ts';
import type { Runtime } from '../../../src/runtime/types.ts';
import { createBranchBlobStore } from '../../../src/stores/github/branch-blobs.ts';
import { predictionsBranch } from '../../../src/stores/github/branch-files.ts';
import { sha256 } from '../../contract/blob-store.ts';
import { makeFolder } from '../../git/repository.ts';
import {
  clientFor,
  type GitHub,
  jobRuntime,
  type Repository,
  startSite,
} from '../../platform/github/site.ts';

export const branch = `refs/heads/${predictionsBranch}`;

export interface BranchSite {
  github: GitHub;
  repository: Repository;
  runtime: Runtime;
  warnings: string[];
  client: GitHubClient;
  store: BlobStore;
}

/** A repository on the fake GitHub, and its branch of predictions with these texts. */
export async function makeBranchSite(
  texts: readonly string[] = [],
  permissions: Parameters<typeof clientFor>[2] = 'write-all',
): Promise<BranchSite> {
  const { github, repository } = await startSite();
  const warnings: string[] = [];
  const plain = jobRuntime();
  const runtime = {
    ...plain,
    random: { bytes: (count: number) => new Uint8Array(randomBytes(count)), fraction: Math.random },
    log: { ...plain.log, warn: (line: string) => void warnings.push(line) },
  };
  const writer = createBranchBlobStore(runtime, clientFor(github, runtime));
  for (const text of texts) await writer.put(sha256(text), fileOf(text).file);
  const client = clientFor(github, runtime, permissions);
  github.requests.clear();
  return { github, repository, runtime, warnings, client, store: createBranchBlobStore(runtime, client) };
}

/** A file with this text, in a folder of its own. */
export function fileOf(text: string | Uint8Array): { file: string; digest: string; folder: string } {
  const folder = makeFolder();
  writeFileSync(join(folder, 'in'), text);
  return { file: join(folder, 'in'), digest: sha256(text), folder };
}
