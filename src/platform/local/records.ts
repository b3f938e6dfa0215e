import { readRunRecord, writeRunRecord } from '../../formats/run-record.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { ambiguousId, isRunIdPart, requireRunId } from '../names.ts';
import type { Platform } from '../types.ts';
import type { StateFolder } from './state-folder.ts';

type Records = Pick<Platform, 'promotable' | 'keepRecord' | 'runById'>;

/** Files open at once while all are read. */
const readAtOnce = 64;

/** Records of the runs made in this work tree: `.trainyard/runs/<id>.json`. */
export function createRecords(runtime: Runtime, state: StateFolder): Records {
  const readRecord = async (name: string): Promise<RunRecord | null> => {
    const file = state.path('runs', name);
    const text = await runtime.files.readText(file);
    return text === null ? null : readRunRecord(text, file);
  };
  const names = async () => {
    const all = (await runtime.files.list(state.path('runs'))) ?? [];
    return all.filter((name) => /^[0-9a-f]{20}\.json$/.test(name));
  };
  return {
    async promotable(model) {
      const records: RunRecord[] = [];
      const all = await names();
      for (let start = 0; start < all.length; start += readAtOnce) {
        const read = await Promise.all(all.slice(start, start + readAtOnce).map(readRecord));
        records.push(...read.filter((record) => record !== null).filter((record) => record.model === model));
      }
      return records.sort((a, b) => Date.parse(b.finished) - Date.parse(a.finished));
    },

    async keepRecord(record) {
      await state.prepare();
      await runtime.files.write(
        state.path('runs', `${requireRunId(record.id)}.json`),
        writeRunRecord(record),
      );
    },

    async runById(id) {
      if (!isRunIdPart(id)) return null;
      const found = (await names()).filter((name) => name.startsWith(id));
      if (found.length > 1)
        throw ambiguousId(
          id,
          found.map((name) => name.slice(0, -'.json'.length)),
        );
      return found[0] === undefined ? null : readRecord(found[0]);
    },
  };
}
