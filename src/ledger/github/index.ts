import { isSha } from '../../git/names.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { IndexEntry, Ledger } from '../types.ts';
import { appendRecord } from './append.ts';
import { entriesAtTip, readRecord, recordedAmong } from './read.ts';

/**
 * The ledger on the branch `trainyard` of a repository on GitHub, by its API: no clone is needed. Every question is one
 * request (a search behind the newest 50 entries one more per 8 segments), an append two, as long as nobody else writes.
 * Of several attempts at one commit the file is that of the run which finished last, the index keeps all. Damage, files
 * of a newer version, a branch that is protected or no ledger: ConfigError.
 */
export function createGitHubLedger(runtime: Runtime, client: GitHubClient): Ledger {
  return {
    append: (record) => appendRecord(runtime, client, record),

    recordOf: async (sha, model) => (isSha(sha) ? readRecord(client, sha, model) : null),

    recorded: (shas, model) => recordedAmong(client, shas.filter(isSha), model),

    async recent(model, count) {
      const entries: IndexEntry[] = [];
      if (count <= 0) return entries;
      for await (const entry of entriesAtTip(client, model)) {
        entries.push(entry);
        if (entries.length >= count) break;
      }
      return entries;
    },

    async find(model, accept) {
      for await (const entry of entriesAtTip(client, model)) {
        if (accept(entry)) return entry;
      }
      return null;
    },
  };
}
