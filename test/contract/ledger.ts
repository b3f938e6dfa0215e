import { describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../src/ledger/types.ts';
import { digits, makeCommit, makeMetric, makeRecord, minutesLater } from '../ledger/records.ts';

/** An empty ledger of a store of its own; every `open` is another client of the same one. */
export interface LedgerStore {
  open(): Ledger;
}

/** What every ledger does, whatever keeps it. */
export function describeLedger(name: string, make: () => Promise<LedgerStore>): void {
  describe(`${name} as a ledger`, () => {
    describeEmpty(make);
    describeAppend(make);
    describeAttempts(make);
    describeIndex(make);
    describeWriters(make);
  });
}

function describeEmpty(make: () => Promise<LedgerStore>): void {
  test('an empty ledger answers every question with nothing', async () => {
    const ledger = (await make()).open();

    expect(await ledger.recordOf(digits('a'), 'churn')).toBeNull();
    expect(await ledger.recorded([digits('a')], 'churn')).toEqual([]);
    expect(await ledger.recorded([], 'churn')).toEqual([]);
    expect(await ledger.recent('churn', 50)).toEqual([]);
    expect(await ledger.find('churn', () => true)).toBeNull();
  });
}

function describeAppend(make: () => Promise<LedgerStore>): void {
  test('a record comes back whole, also to another client', async () => {
    const store = await make();
    const record = makeRecord('a', {
      params: { 'p:ünï': 'x\n\0"', __proto__x: null },
      metrics: [makeMetric('f1', null)],
    });

    const { result } = await store.open().append(record);

    expect(result).toBe('written');
    expect(await store.open().recordOf(digits('a'), 'churn')).toEqual(record);
  });

  test('the same record twice is once', async () => {
    const ledger = (await make()).open();
    const first = await ledger.append(makeRecord('a'));

    const second = await ledger.append(makeRecord('a'));

    expect(second).toEqual({ result: 'unchanged', commit: first.commit });
    expect(await ledger.recent('churn', 10)).toHaveLength(1);
  });

  test('models of one commit do not meet', async () => {
    const ledger = (await make()).open();
    const churn = makeRecord('a');
    const price = makeRecord('b', { model: 'Price_v1.2-x', commit: churn.commit });
    await ledger.append(churn);
    await ledger.append(price);

    expect(await ledger.recordOf(digits('a'), 'churn')).toEqual(churn);
    expect(await ledger.recordOf(digits('a'), 'Price_v1.2-x')).toEqual(price);
    expect((await ledger.recent('churn', 10)).map(({ id }) => id)).toEqual([churn.id]);
  });

  test('which commits are recorded comes in the order asked, unknown and odd ones left out', async () => {
    const ledger = (await make()).open();
    for (const name of ['a', 'b', 'c']) await ledger.append(makeRecord(name));

    const asked = [digits('c'), digits('x'), '--all', digits('a'), '', 'HEAD:x'];

    expect(await ledger.recorded(asked, 'churn')).toEqual([digits('c'), digits('a')]);
  });

  test.each(['..', '.', 'a/b', 'a b', '', '.git', 'x\ny', 'x'.repeat(101)])(
    'refuses the model name %j',
    async (model) => {
      await expect((await make()).open().append(makeRecord('a', { model }))).rejects.toMatchObject({
        name: 'ConfigError',
      });
    },
  );

  test.each([
    ['a dirty tree', makeCommit(digits('a'), { dirty: true })],
    ['no commit', makeCommit(null)],
    ['something else than a commit', makeCommit('--all')],
  ])('refuses a record of %s', async (_name, commit) => {
    await expect((await make()).open().append(makeRecord('a', { commit }))).rejects.toMatchObject({
      name: 'ConfigError',
    });
  });
}

function describeAttempts(make: () => Promise<LedgerStore>): void {
  const commit = makeCommit(digits('one commit'));
  const early = makeRecord('early', { commit, finished: minutesLater(1) });
  const late = makeRecord('late', { commit, finished: minutesLater(2), attempt: 2 });

  test.each([
    ['in order', [early, late]],
    ['the other way round', [late, early]],
  ])(
    'of two attempts written %s the one that finished last is the record; the index keeps both',
    async (_name, order) => {
      const ledger = (await make()).open();
      for (const record of order) await ledger.append(record);

      expect(await ledger.recordOf(digits('one commit'), 'churn')).toEqual(late);
      expect((await ledger.recent('churn', 10)).map(({ id }) => id)).toEqual(
        [...order].reverse().map(({ id }) => id),
      );
    },
  );

  test('an attempt whose place was taken is still known', async () => {
    const ledger = (await make()).open();
    await ledger.append(early);
    await ledger.append(late);

    expect((await ledger.append(early)).result).toBe('unchanged');
  });
}

function describeIndex(make: () => Promise<LedgerStore>): void {
  test('an entry tells what a baseline is chosen by', async () => {
    const ledger = (await make()).open();
    const slice = { ...makeMetric('roc_auc', 0.1), slice: 'country=DE' };
    const metrics = [
      slice,
      makeMetric('roc_auc', 0.75),
      makeMetric('f1', null),
      makeMetric('__proto__', 0.5),
    ];
    const record = makeRecord('a', { metrics });
    await ledger.append(record);

    const [entry] = await ledger.recent('churn', 1);

    expect({ ...entry, metrics: null }).toEqual({
      id: record.id,
      sha: digits('a'),
      tree: record.commit.tree,
      run_key: record.run_key,
      inputs: record.digests.inputs,
      predictions: null,
      finished: record.finished,
      attempt: 1,
      trust: 'local',
      event: 'local',
      branch: 'main',
      metrics: null,
      measured: { rows: null, evaluator: null, hardware: null, identities: {} },
    });
    expect(Object.entries(entry?.metrics ?? {}).sort()).toEqual([
      ['__proto__', 0.5],
      ['f1', null],
      ['roc_auc', 0.75],
    ]);
  });

  test('beyond what its newest file holds the index still tells all, newest first', async () => {
    const ledger = (await make()).open();
    const names = Array.from({ length: 160 }, (_, i) => `run ${i}`);
    for (const [i, name] of names.entries())
      await ledger.append(makeRecord(name, { finished: minutesLater(i) }));
    const expected = names.map((name) => digits(`id ${name}`, 20)).reverse();

    expect((await ledger.recent('churn', 50)).map(({ id }) => id)).toEqual(expected.slice(0, 50));
    expect((await ledger.recent('churn', 1000)).map(({ id }) => id)).toEqual(expected);
    expect(await ledger.recent('churn', 0)).toEqual([]);
  });

  test('a search goes newest first and stops where it is told', async () => {
    const ledger = (await make()).open();
    for (let i = 0; i < 5; i += 1) await ledger.append(makeRecord(`run ${i}`, { finished: minutesLater(i) }));
    const seen: string[] = [];

    const found = await ledger.find('churn', (entry) => {
      seen.push(entry.sha);
      return entry.sha === digits('run 3');
    });

    expect(found?.id).toBe(digits('id run 3', 20));
    expect(seen).toEqual([digits('run 4'), digits('run 3')]);
  });
}

function describeWriters(make: () => Promise<LedgerStore>): void {
  test('writers at once lose nothing', async () => {
    const store = await make();
    const names = Array.from({ length: 8 }, (_, i) => `writer ${i}`);

    const results = await Promise.all(names.map((name) => store.open().append(makeRecord(name))));

    expect(results.map(({ result }) => result)).toEqual(names.map(() => 'written'));
    const ids = (await store.open().recent('churn', 50)).map(({ id }) => id);
    expect(ids.sort()).toEqual(names.map((name) => digits(`id ${name}`, 20)).sort());
    expect(
      await store.open().recorded(
        names.map((name) => digits(name)),
        'churn',
      ),
    ).toHaveLength(8);
  });

  test('one record by several writers at once is written once', async () => {
    const store = await make();

    const results = await Promise.all([1, 2, 3, 4].map(() => store.open().append(makeRecord('a'))));

    expect(results.map(({ result }) => result)).toContain('written');
    expect(await store.open().recent('churn', 10)).toHaveLength(1);
  });
}
