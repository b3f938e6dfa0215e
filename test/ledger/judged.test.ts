import { describe, expect, test } from '@jest/globals';
import { counted, holdsCandidate, judgedOn } from '../../src/ledger/judged.ts';
import { indexEntryOf } from '../../src/ledger/layout.ts';
import type { IndexEntry } from '../../src/ledger/types.ts';
import { digits, makeRecord } from './records.ts';

const rows = digits('rows', 64);
const digests = { rows, labels: null, evaluator: null, inputs: null, config: null };
const entryOf = (name: string, over: object = {}) =>
  indexEntryOf(makeRecord(name, { digests, ...over }), digits(name));

/** Entries put one before the other, newest first. */
function appended(names: readonly string[]): IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (const name of names) entries.unshift(counted(entryOf(name), entries));
  return entries;
}

describe('candidates that test rows have judged', () => {
  test('are counted from entry to entry, other rows apart', () => {
    const entries = appended(['a', 'b', 'c']);
    expect(entries.map(({ measured }) => measured?.judged)).toEqual([3, 2, 1]);
    const other = entryOf('x', { digests: { ...digests, rows: digits('other', 64) } });
    const mixed = [counted(other, entries), ...entries];
    expect([mixed[0]?.measured?.judged, judgedOn(rows, mixed), judgedOn(digits('none', 64), mixed)]).toEqual([
      1, 3, 0,
    ]);
  });

  test('are told by the newest entry alone, once older ones are in segments', () => {
    expect(judgedOn(rows, appended(Array.from({ length: 120 }, (_, i) => `run ${i}`)).slice(0, 50))).toBe(
      120,
    );
  });

  test('count once however often a run is promoted', () => {
    const [run] = appended(['a']) as [IndexEntry];
    const again = counted({ ...entryOf('b'), run_key: run.run_key, attempt: run.attempt }, [run]);
    expect(again.measured?.judged).toBe(1);
    expect(holdsCandidate(again, [run])).toBe(true);
    expect(holdsCandidate({ ...again, attempt: 2 }, [run])).toBe(false);
  });

  test('are counted anew where entries from before it was kept are all there is', () => {
    const old = ['a', 'b'].map((name) => entryOf(name));
    expect(judgedOn(rows, old)).toBe(2);
    expect(counted(entryOf('c'), old).measured?.judged).toBe(3);
  });

  test('are nowhere counted where no rows are known', () => {
    const entry = entryOf('a', { digests: { ...digests, rows: null } });
    expect(counted(entry, [entry])).toBe(entry);
  });
});
