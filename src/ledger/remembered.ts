import type { RunRecord } from '../schema/run.types.ts';
import type { IndexEntry, Ledger } from './types.ts';

/**
 * A ledger for one job, which sees it as it was when it first asked: the same question is one look-up, until the job
 * appends.
 */
export function rememberedLedger(ledger: Ledger): Ledger {
  const records = new Map<string, Promise<RunRecord | null>>();
  const entries = new Map<string, { count: number; newest: Promise<IndexEntry[]> }>();
  return {
    ...ledger,
    async append(record) {
      const result = await ledger.append(record);
      records.clear();
      entries.clear();
      return result;
    },
    recordOf(sha, model) {
      const question = `${sha} ${model}`;
      const answer = records.get(question) ?? ledger.recordOf(sha, model);
      records.set(question, answer);
      return answer;
    },
    async recent(model, count) {
      const known = entries.get(model);
      const asked = known && known.count >= count ? known : { count, newest: ledger.recent(model, count) };
      entries.set(model, asked);
      return (await asked.newest).slice(0, count);
    },
  };
}
