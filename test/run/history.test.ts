import { describe, expect, test } from '@jest/globals';
import { indexEntryOf } from '../../src/ledger/layout.ts';
import type { IndexEntry } from '../../src/ledger/types.ts';
import { acceptsTrust } from '../../src/platform/github/trust.ts';
import type { Platform } from '../../src/platform/types.ts';
import { earlierRuns, valuesByMetric } from '../../src/run/history.ts';
import { digits, makeMetric, makeRecord } from '../ledger/records.ts';

type Changes = Parameters<typeof makeRecord>[1];

const entry = (name: string, changes: Changes = {}): IndexEntry =>
  indexEntryOf(makeRecord(name, changes), digits(name));
const at = (accepts: Platform['accepts']) => ({ platform: { accepts } as Platform });
const laptop = at(() => true);
const pushed = {
  level: 'protected',
  event: 'push',
  token: 'write',
  protected_branch: true,
  imported: false,
} as const;

describe('earlier runs', () => {
  test('say what they measured, with the whole identity of each metric', () => {
    const metric = makeMetric('f1', 0.5);
    const f1 = { ...metric, identity: { ...metric.identity, positive_label: 'yes' } };
    const digests = {
      rows: digits('r', 64),
      labels: null,
      evaluator: digits('e', 64),
      inputs: null,
      config: null,
    };
    const [run] = earlierRuns(
      laptop,
      [entry('a', { metrics: [f1, makeMetric('loss', null)], digests })],
      null,
    );
    expect(run).toMatchObject({ rows: digests.rows, evaluator: digests.evaluator, hardware: null });
    expect(run?.metrics).toMatchObject([
      { name: 'loss', value: null, state: 'missing' },
      { name: 'f1', value: 0.5, state: 'ok', identity: { id: 'f1', positive_label: 'yes' } },
    ]);
  });

  test('count once for all commits they were promoted to, and again when they were tried again', () => {
    const key = digits('key', 64);
    const entries = [
      entry('promoted', { run_key: key }),
      entry('made', { run_key: key }),
      entry('again', { run_key: key, attempt: 2 }),
      entry('imported', { run_key: null }),
      entry('another import', { run_key: null }),
    ];
    expect(earlierRuns(laptop, entries, null)).toHaveLength(4);
  });

  test('are not the candidate itself', () => {
    const candidate = makeRecord('a');
    const entries = [entry('a'), entry('promoted', { run_key: candidate.run_key }), entry('b')];
    expect(earlierRuns(laptop, entries, candidate)).toHaveLength(1);
  });

  test('are on GitHub only what a push put on a protected branch, as baselines are', () => {
    const entries = [
      entry('a', { trust: pushed }),
      entry('b', { trust: { ...pushed, level: 'pull_request', event: 'pull_request' } }),
      entry('c', { trust: { ...pushed, event: 'schedule' } }),
      entry('d'),
      { ...entry('e', { trust: pushed }), event: null },
    ];
    expect(earlierRuns(at(acceptsTrust), entries, null)).toHaveLength(1);
  });

  test('are not those of which nobody knows what they measured', () => {
    expect(earlierRuns(laptop, [{ ...entry('old'), measured: null }], null)).toEqual([]);
  });
});

test('values by metric are told oldest first, without those that are no numbers', () => {
  const newestFirst = [0.3, null, 0.1].map((value, i) =>
    entry(`${i}`, { metrics: [makeMetric('f1', value)] }),
  );
  expect(valuesByMetric(newestFirst)).toEqual({ f1: [0.1, 0.3] });
});
