import { commitOnto, startBranch } from '../../github/branch.ts';
import type { GitHubClient } from '../../github/types.ts';
import { notALedger } from '../changes.ts';
import type { Documents } from '../documents.ts';
import { ledgerBranch, markerPath, markerText } from '../layout.ts';
import { readTip } from './files.ts';

/** Documents on the branch of the ledger of a repository on GitHub: a read is one request, a write another. */
export function createGitHubDocuments(client: GitHubClient): Documents {
  return {
    async read(paths) {
      const { commit, texts } = await readTip(client, [markerPath, ...paths]);
      const [marker, ...rest] = texts;
      if (commit !== null && typeof marker !== 'string') throw notALedger();
      return { version: commit, texts: rest };
    },

    async write(version, message, files) {
      const marker = version === null ? [{ path: markerPath, content: markerText }] : [];
      const contents = files.map(({ path, text }) => ({ path, content: text }));
      const commit = { branch: ledgerBranch, message, files: [...marker, ...contents] };
      const outcome = await (version === null
        ? startBranch(client, commit)
        : commitOnto(client, version, commit));
      if (outcome.result === 'written') return { result: 'written', version: outcome.commit };
      return { result: outcome.result, reason: outcome.reason };
    },
  };
}
