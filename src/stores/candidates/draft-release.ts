import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { type Asset, downloadAsset, ensureAsset, isWhole, listAssets } from '../../github/release-assets.ts';
import { ensureDraft, removeRelease } from '../../github/releases.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { CandidateStore } from '../../platform/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { type DraftKey, draftsOf, isDraftOf, keyOf, listDrafts, seedOf } from './drafts.ts';
import { bringAll, type CandidateFile, candidateFiles, requireFiles } from './files.ts';

/** GitHub's limits of a release. */
const assetBytes = 2 * 1024 ** 3 - 1;
const assetCount = 1000;

/**
 * Model files as assets of a draft release, one a run, named by their digests. A put that was cut off goes on where it
 * was; after it the newest `keep` drafts of the model stay and older ones are removed. Drafts are shown only to those
 * who may write, so even to read it needs `contents: write`.
 */
export function createReleaseCandidateStore(
  runtime: Runtime,
  client: GitHubClient,
  keep: number,
): CandidateStore {
  return {
    async has(record) {
      const wanted = candidateFiles(record);
      if (wanted.length === 0) return false;
      for (const draft of draftsOf(await listDrafts(client), keyOf(record))) {
        if (hasAll(await listAssets(client, draft), wanted)) return true;
      }
      return false;
    },

    async put(record, folder) {
      const wanted = candidateFiles(record);
      if (wanted.length === 0) return;
      refuseTooMuch(wanted);
      await requireFiles(runtime, wanted, folder);
      const key = keyOf(record);
      const draft = await ensureDraft(runtime, client, isDraftOf(key), seedOf(key));
      const there = await listAssets(client, draft);
      for (const file of contents(wanted)) {
        const { path, bytes, sha256 } = file;
        /** GitHub would change a path that is a name. */
        const sent = { name: sha256, label: path, file: join(folder, path), bytes, sha256 };
        await ensureAsset(runtime, client, draft, sent, there.get(sha256));
      }
      await removeOld(runtime, client, key, keep);
    },

    async get(record, folder) {
      const wanted = candidateFiles(record);
      if (wanted.length === 0) return false;
      for (const draft of draftsOf(await listDrafts(client), keyOf(record))) {
        const assets = await listAssets(client, draft);
        if (!hasAll(assets, wanted)) continue;
        if (
          await bringAll(runtime, wanted, folder, (file, to) => fetchOne(runtime, client, assets, file, to))
        )
          return true;
        runtime.log.warn(
          `The files of the draft release ${draft.id} are not used: their bytes have changed.`,
        );
      }
      return false;
    },
  };
}

/** Equal files are kept once; GitHub takes no empty ones. */
function contents(wanted: readonly CandidateFile[]): CandidateFile[] {
  const byDigest = new Map(wanted.map((file) => [file.sha256, file]));
  return [...byDigest.values()].filter(({ bytes }) => bytes > 0);
}

function hasAll(assets: ReadonlyMap<string, Asset>, wanted: readonly CandidateFile[]): boolean {
  return contents(wanted).every((file) => isWhole(assets.get(file.sha256), file));
}

async function fetchOne(
  { files }: Runtime,
  client: GitHubClient,
  assets: ReadonlyMap<string, Asset>,
  { sha256, bytes }: CandidateFile,
  to: string,
): Promise<boolean> {
  const asset = assets.get(sha256);
  if (asset !== undefined) return downloadAsset(client, asset, to);
  if (bytes === 0) await files.write(to, '');
  return bytes === 0;
}

async function removeOld({ log }: Runtime, client: GitHubClient, key: DraftKey, keep: number): Promise<void> {
  const own = (await listDrafts(client)).filter(({ model }) => model === key.model);
  for (const old of own.reverse().slice(keep)) {
    if (old.run === key.run) continue;
    log.info(`Removing the candidate ${old.model} ${old.run}: ${keep} newer ones are kept.`);
    await removeRelease(client, old);
  }
}

function refuseTooMuch(wanted: readonly CandidateFile[]): void {
  const hint = 'Write "candidates: { store: path, path: <a folder that all runners share> }".';
  const large = wanted.find(({ bytes }) => bytes > assetBytes);
  if (large) {
    const size = (large.bytes / 1024 ** 3).toFixed(2);
    throw new ConfigError(`${large.path} has ${size} GiB; a file of a release must be smaller than 2 GiB.`, {
      expected: 'files smaller than 2 GiB with "candidates.store: draft-release"',
      hint,
    });
  }
  if (contents(wanted).length <= assetCount) return;
  throw new ConfigError(`The model has ${wanted.length} files; a release takes ${assetCount}.`, {
    expected: `at most ${assetCount} files with "candidates.store: draft-release"`,
    hint: `Pack them into one archive in the stage that makes them. ${hint}`,
  });
}
