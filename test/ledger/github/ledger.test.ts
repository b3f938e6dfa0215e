import { afterAll, describe, expect, test } from '@jest/globals';
import { createGitHubLedger } from '../../../src/ledger/github/index.ts';
import { printIndex } from '../../../src/ledger/index-file.ts';
import * as layout from '../../../src/ledger/layout.ts';
import type { IndexEntry, Ledger } from '../../../src/ledger/types.ts';
import { removeFolders } from '../../git/repository.ts';
import {
  clientFor,
  type GitHub,
  jobRuntime,
  type Repository,
  startSite,
  stopSites,
} from '../../platform/github/site.ts';
import { digits, makeMetric, makeRecord, minutesLater } from '../records.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

const branch = 'refs/heads/trainyard';
const append = 'graphql/createCommitOnBranch';

async function withLedger(
  records: number,
): Promise<{ github: GitHub; repository: Repository; ledger: Ledger }> {
  const { github, repository } = await startSite();
  const runtime = jobRuntime();
  const ledger = createGitHubLedger(runtime, clientFor(github, runtime));
  for (let i = 0; i < records; i += 1) await ledger.append(makeRecord(`old ${i}`));
  github.requests.clear();
  return { github, repository, ledger };
}

describe('requests', () => {
  test('an append takes two, the very first one more for tree, commit and ref; questions take one, which for a record brings the index along', async () => {
    const { github, ledger } = await withLedger(0);
    const cost = async (work: Promise<unknown>) => {
      github.requests.clear();
      await work;
      return github.requests.count();
    };

    expect(await cost(ledger.append(makeRecord('a')))).toBe(4);
    expect(await cost(ledger.append(makeRecord('b')))).toBe(2);
    expect(await cost(ledger.append(makeRecord('b')))).toBe(1);
    expect(await cost(ledger.recordOf(digits('a'), 'churn'))).toBe(1);
    expect(await cost(ledger.recorded([digits('a'), digits('x'), digits('b')], 'churn'))).toBe(1);
    expect(await cost(ledger.recent('churn', 50))).toBe(0);
    expect(await cost(ledger.recent('churn', 50))).toBe(1);
  });

  test('with 10,000 runs behind it, baseline and last 50 values take at most five, an append two', async () => {
    const { github, repository, ledger } = await withLedger(0);
    const entries = Array.from({ length: 10_000 }, (_, i): IndexEntry => {
      const metrics = ['roc_auc', 'f1', 'accuracy'].map((name) => makeMetric(name, 0.5 + i / 1e5));
      const record = makeRecord(`run ${i}`, { metrics, finished: minutesLater(i) });
      return layout.indexEntryOf(record, digits(`run ${i}`));
    }).reverse();
    const segments = layout.placeOverflow(null, entries.slice(60));
    github.commit(repository, {
      branch: layout.ledgerBranch,
      orphan: true,
      files: {
        [layout.markerPath]: layout.markerText,
        [layout.headPath('churn')]: printIndex(entries.slice(0, 60), segments.length),
        ...Object.fromEntries(
          segments.map((one) => [layout.segmentPath('churn', one.number), printIndex(one.entries, null)]),
        ),
      },
    });
    expect(segments.length).toBeGreaterThan(8);

    expect(await ledger.recorded([digits('run 9999')], 'churn')).toEqual([]);
    expect((await ledger.recent('churn', 50)).map(({ id }) => id)).toEqual(
      entries.slice(0, 50).map(({ id }) => id),
    );
    expect(github.requests.count()).toBeLessThanOrEqual(2);

    github.requests.clear();
    const oldest = await ledger.find('churn', ({ sha }) => sha === digits('run 0'));
    expect(oldest?.id).toBe(digits('id run 0', 20));
    expect(github.requests.count()).toBeLessThanOrEqual(5);

    github.requests.clear();
    await ledger.append(makeRecord('new'));
    expect(github.requests.count()).toBe(2);
  });
});

describe('other writers', () => {
  test('who move the branch 20 times in a row only make it take longer', async () => {
    const { github, repository, ledger } = await withLedger(1);
    github.switches.plan({
      fault: 'ref-moved',
      repository: repository.fullName,
      ref: layout.ledgerBranch,
      operation: append,
      times: 20,
    });

    expect((await ledger.append(makeRecord('a'))).result).toBe('written');

    expect(github.switches.pending()).toBe(0);
    expect((await ledger.recent('churn', 10)).map(({ sha }) => sha)).toEqual([digits('a'), digits('old 0')]);
  });

  test('who delete it between looking and writing: it is begun anew', async () => {
    const { repository, ledger } = await withLedger(1);
    repository.refs.delete(branch);

    expect((await ledger.append(makeRecord('a'))).result).toBe('written');
    expect((await ledger.recent('churn', 10)).map(({ sha }) => sha)).toEqual([digits('a')]);
  });
});

describe('an answer that never came', () => {
  test.each([
    ['lost', { fault: 'lost-answer' }],
    ['502 after the write', { fault: 'status', status: 502, afterWrite: true }],
    ['502 instead of it', { fault: 'status', status: 502 }],
    ['cut', { fault: 'cut-off' }],
  ] as const)('(%s) leaves the record there once', async (_name, fault) => {
    const { github, ledger } = await withLedger(1);
    github.switches.plan({ ...fault, operation: append });

    expect((await ledger.append(makeRecord('a'))).result).toBe('written');

    expect(github.switches.pending()).toBe(0);
    expect((await ledger.recent('churn', 10)).map(({ sha }) => sha)).toEqual([digits('a'), digits('old 0')]);
  });

  test.each(['git/create-tree', 'git/create-commit', 'git/create-ref'])(
    'to %s does not double the beginning',
    async (operation) => {
      const { github, ledger } = await withLedger(0);
      github.switches.plan({ fault: 'lost-answer', operation });

      expect((await ledger.append(makeRecord('a'))).result).toBe('written');
      expect(await ledger.recent('churn', 10)).toHaveLength(1);
    },
  );
});

describe('the branch', () => {
  test('begins without a parent, by commits that GitHub signs', async () => {
    const { repository, ledger } = await withLedger(2);
    await ledger.append(makeRecord('a'));
    const tip = repository.refs.get(branch) as string;

    expect(repository.signed.has(tip)).toBe(true);
    expect(repository.refs.get('refs/heads/main')).not.toBe(tip);
  });

  test('that is protected against us is a ConfigError with the way out', async () => {
    const { repository, ledger } = await withLedger(1);
    repository.protected.add(branch);

    await expect(ledger.append(makeRecord('a'))).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('protected'),
      hint: expect.any(String),
    });
  });

  test('of a user, which is no ledger, is not written to', async () => {
    const { github, repository, ledger } = await withLedger(0);
    const tip = github.commit(repository, { branch: 'trainyard', files: { 'README.md': 'mine' } });

    await expect(ledger.append(makeRecord('a'))).rejects.toMatchObject({ name: 'ConfigError' });
    expect(repository.refs.get(branch)).toBe(tip);
  });

  test('is not written with a token that may only read: the permission is named', async () => {
    const { github } = await withLedger(1);
    const runtime = jobRuntime();
    const ledger = createGitHubLedger(runtime, clientFor(github, runtime, 'read-all'));

    await expect(ledger.append(makeRecord('a'))).rejects.toMatchObject({
      expected: 'permissions: contents: write',
    });
    expect(await ledger.recent('churn', 5)).toHaveLength(1);
  });
});

describe('damage', () => {
  test.each([
    ['the index', layout.headPath('churn'), '{"schema":'],
    ['a record', layout.recordPath(digits('old 0'), 'churn'), 'nonsense'],
  ])('in %s is a ConfigError that names the file', async (_name, path, text) => {
    const { github, repository, ledger } = await withLedger(1);
    github.commit(repository, { branch: 'trainyard', files: { [path]: text } });

    const reading = path.startsWith('index')
      ? ledger.recent('churn', 5)
      : ledger.recordOf(digits('old 0'), 'churn');
    await expect(reading).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining(path),
    });
  });

  test('of a segment that is missing is named', async () => {
    const { github, repository, ledger } = await withLedger(1);
    github.commit(repository, {
      branch: 'trainyard',
      files: { [layout.headPath('churn')]: printIndex([], 2) },
    });

    await expect(ledger.find('churn', () => false)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('index/churn/2.json'),
    });
  });
});
