import { isSha } from '../../git/names.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { IndexEntry, Ledger } from '../types.ts';
import { appendRecord } from './append.ts';
import { entriesOf, type ReadIndex, readIndex, readRecord, recordedAmong } from './read.ts';

/**
 * The ledger on the branch `trainyard` of a repository on GitHub, by its API: no clone is needed. Every question is one
 * request (a search behind the newest 50 entries one more per 8 segments), an append two, as long as nobody else writes.
 * A record brings the index along, so that the next question for it is none.
 * Of several attempts at one commit the file is that of the run which finished last, the index keeps all. Damage, files
 * of a newer version, a branch that is protected or no ledger: ConfigError.
 */
export function createGitHubLedger(runtime: Runtime, client: GitHubClient): Ledger {
  /** Read along with a record, for the next question alone. */
  const along = new Map<string, ReadIndex>();
  const indexOf = async (model: string): Promise<ReadIndex> => {
    const index = along.get(model) ?? (await readIndex(client, model));
    along.delete(model);
    return index;
  };
  return {
    append(record) {
      along.clear();
      return appendRecord(runtime, client, record);
    },

    async recordOf(sha, model) {
      if (!isSha(sha)) return null;
      const { record, index } = await readRecord(client, sha, model);
      along.set(model, index);
      return record;
    },

    recorded: (shas, model) => recordedAmong(client, shas.filter(isSha), model),

    async recent(model, count) {
      const entries: IndexEntry[] = [];
      if (count <= 0) return entries;
      for await (const entry of entriesOf(client, model, await indexOf(model))) {
        entries.push(entry);
        if (entries.length >= count) break;
      }
      return entries;
    },

    async find(model, accept) {
      for await (const entry of entriesOf(client, model, await indexOf(model))) {
        if (accept(entry)) return entry;
      }
      return null;
    },
  };
}
