import { isSha } from '../../git/names.ts';
import type { Git } from '../../git/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { IndexEntry, Ledger } from '../types.ts';
import { appendRecord } from './append.ts';
import { entriesOf, readRecords, recordedAmong } from './read.ts';

/**
 * The ledger on the branch `trainyard` of a clone, by plain git: nothing is checked out, index and work tree stay as
 * they are. Reads the union of the local branch and `origin/trainyard` as last fetched; writes the local branch, which
 * starts from the fetched one. Of several attempts at one commit the file is that of the run which finished last, the
 * index keeps all. Damage and files of a newer version: ConfigError naming ref and path.
 */
export function createGitLedger(runtime: Runtime, git: Git): Ledger {
  return {
    append: (record) => appendRecord(runtime, git, record),

    async recordOf(sha, model) {
      if (!isSha(sha)) return null;
      const [record] = await readRecords(git, sha, model);
      return record ?? null;
    },

    recorded: (shas, model) => recordedAmong(git, shas.filter(isSha), model),

    async recent(model, count) {
      const entries: IndexEntry[] = [];
      if (count <= 0) return entries;
      for await (const entry of entriesOf(git, model)) {
        entries.push(entry);
        if (entries.length >= count) break;
      }
      return entries;
    },

    async find(model, accept) {
      for await (const entry of entriesOf(git, model)) {
        if (accept(entry)) return entry;
      }
      return null;
    },
  };
}
