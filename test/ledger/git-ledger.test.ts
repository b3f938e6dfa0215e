import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createGit } from '../../src/git/index.ts';
import { createGitLedger } from '../../src/ledger/git/index.ts';
import type { Ledger } from '../../src/ledger/types.ts';
import { describeLedger } from '../contract/ledger.ts';
import {
  commitFile,
  git,
  makeFolder,
  makeRepository,
  makeRuntime,
  put,
  removeFolders,
} from '../git/repository.ts';
import { digits, makeCommit, makeRecord, minutesLater } from './records.ts';

afterAll(removeFolders);

const runtime = makeRuntime();

function ledgerIn(root: string): Ledger {
  return createGitLedger(runtime, createGit(runtime, root));
}

describeLedger('git on a clone', async () => {
  const root = makeRepository();
  return { open: () => ledgerIn(root) };
});

describe('the branch', () => {
  test('is an orphan of small files in their places', async () => {
    const root = makeRepository();
    commitFile(root);
    const record = makeRecord('a');

    const { commit } = await ledgerIn(root).append(record);

    const sha = digits('a');
    expect(git(root, 'rev-parse', 'trainyard')).toBe(commit);
    expect(git(root, 'rev-list', '--count', 'trainyard')).toBe('1');
    expect(git(root, 'ls-tree', '-r', '--name-only', 'trainyard').split('\n')).toEqual([
      `commits/${sha.slice(0, 2)}/${sha}/churn.json`,
      'index/churn/head.json',
      'ledger.json',
    ]);
    expect(git(root, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  test('is written without disturbing what the user is at', async () => {
    const root = makeRepository();
    commitFile(root);
    put(root, 'staged', 'x');
    git(root, 'add', 'staged');
    put(root, 'a.txt', 'changed');
    const look = () => [
      git(root, 'status', '--porcelain=v2', '--branch'),
      git(root, 'stash', 'list'),
      git(root, 'worktree', 'list'),
    ];
    const before = look();

    await ledgerIn(root).append(makeRecord('a'));
    await ledgerIn(root).recent('churn', 50);

    expect(look()).toEqual(before);
  });

  test('of that name which is no ledger is not written to', async () => {
    const root = makeRepository();
    commitFile(root);
    git(root, 'branch', 'trainyard');
    const tip = git(root, 'rev-parse', 'trainyard');

    await expect(ledgerIn(root).append(makeRecord('a'))).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'The branch "trainyard" exists and is not a ledger.',
      hint: expect.stringContaining('git branch -m'),
    });
    expect(git(root, 'rev-parse', 'trainyard')).toBe(tip);
  });

  test('outlives git gc, and grows by appends of equal size', async () => {
    const root = makeRepository();
    for (let i = 0; i < 105; i += 1) await ledgerIn(root).append(makeRecord(`run ${i}`));
    git(root, 'gc', '--quiet', '--prune=now');

    await ledgerIn(root).append(makeRecord('after'));

    expect(await ledgerIn(root).recent('churn', 200)).toHaveLength(106);
    expect(git(root, 'ls-tree', '--name-only', 'trainyard:index/churn').split('\n')).toEqual([
      '1.json',
      'head.json',
    ]);
    expect(git(root, 'diff', '--name-only', 'trainyard~1', 'trainyard').split('\n')).toHaveLength(2);
  });

  test('works in a repository of SHA-256 objects', async () => {
    const root = makeRepository(['--object-format=sha256', '--initial-branch=main']);
    const sha = commitFile(root);
    const record = makeRecord('a', { commit: makeCommit(sha) });

    await ledgerIn(root).append(record);

    expect(await ledgerIn(root).recordOf(sha, 'churn')).toEqual(record);
  });
});

describe('a fetched ledger', () => {
  function clonePair(): { origin: string; clone: string } {
    const origin = makeRepository();
    commitFile(origin);
    const clone = join(makeFolder(), 'clone');
    git(origin, 'clone', '--quiet', origin, clone);
    return { origin, clone };
  }

  test('is read, and the local branch starts from it', async () => {
    const { origin, clone } = clonePair();
    await ledgerIn(origin).append(makeRecord('shared'));
    git(clone, 'fetch', '--quiet');

    expect(await ledgerIn(clone).recordOf(digits('shared'), 'churn')).toEqual(makeRecord('shared'));
    expect(git(clone, 'branch', '--list', 'trainyard')).toBe('');

    await ledgerIn(clone).append(makeRecord('mine'));

    expect(git(clone, 'rev-parse', 'trainyard^')).toBe(git(origin, 'rev-parse', 'trainyard'));
    expect((await ledgerIn(clone).recent('churn', 9)).map(({ sha }) => sha)).toEqual([
      digits('mine'),
      digits('shared'),
    ]);
  });

  test('that is ahead of the local branch is built upon', async () => {
    const { origin, clone } = clonePair();
    await ledgerIn(origin).append(makeRecord('one'));
    git(clone, 'fetch', '--quiet');
    git(clone, 'branch', 'trainyard', 'origin/trainyard');
    await ledgerIn(origin).append(makeRecord('two'));
    git(clone, 'fetch', '--quiet');

    expect((await ledgerIn(clone).append(makeRecord('two'))).result).toBe('unchanged');
    await ledgerIn(clone).append(makeRecord('three'));

    expect(git(clone, 'rev-parse', 'trainyard^')).toBe(git(origin, 'rev-parse', 'trainyard'));
  });

  test('that grew apart from the local one is read with it, in the order in which runs finished', async () => {
    const { origin, clone } = clonePair();
    await ledgerIn(origin).append(makeRecord('start', { finished: minutesLater(0) }));
    git(clone, 'fetch', '--quiet');
    for (const [name, minute] of [
      ['mine 1', 1],
      ['mine 4', 4],
    ] as const) {
      await ledgerIn(clone).append(makeRecord(name, { finished: minutesLater(minute) }));
    }
    for (const [name, minute] of [
      ['theirs 2', 2],
      ['theirs 3', 3],
    ] as const) {
      await ledgerIn(origin).append(makeRecord(name, { finished: minutesLater(minute) }));
    }
    git(clone, 'fetch', '--quiet');
    const ledger = ledgerIn(clone);

    const order = ['mine 4', 'theirs 3', 'theirs 2', 'mine 1', 'start'];
    expect((await ledger.recent('churn', 9)).map(({ sha }) => sha)).toEqual(
      order.map((name) => digits(name)),
    );
    expect(await ledger.recorded([digits('mine 1'), digits('theirs 2')], 'churn')).toHaveLength(2);
    expect((await ledger.append(makeRecord('theirs 2', { finished: minutesLater(2) }))).result).toBe(
      'unchanged',
    );
  });
});

describe('damage', () => {
  /** Puts a file on the ledger's branch by hand. */
  function edit(root: string, path: string, text: string): void {
    const tree = join(makeFolder(), 'edit');
    git(root, 'worktree', 'add', '--quiet', '--detach', tree, 'trainyard');
    put(tree, path, text);
    git(tree, 'add', '--', path);
    git(tree, 'commit', '--quiet', '--message', 'By hand');
    git(root, 'update-ref', 'refs/heads/trainyard', git(tree, 'rev-parse', 'HEAD'));
  }

  const index = 'index/churn/head.json';
  const entry = '{"id":"x","sha":"y","finished":"z","attempt":1,"trust":"local","metrics":{}}';
  test.each([
    ['no JSON', '{"schema":', 'is damaged'],
    [
      'half a file',
      '{"schema":"trainyard/index","version":1,"segments":0,"entries":[\n{"id":"a',
      'is damaged',
    ],
    ['another document', '[1]', 'is damaged'],
    ['a newer version', '{"schema":"trainyard/index","version":2,"entries":[]}', 'version 2 of the index'],
    [
      'an entry without its fields',
      `{"schema":"trainyard/index","version":1,"segments":0,"entries":[${entry}]}`,
      'entry 1',
    ],
    [
      'a negative count',
      '{"schema":"trainyard/index","version":1,"segments":-1,"entries":[]}',
      'is not a count',
    ],
  ])('an index with %s is a ConfigError that names ref and path', async (_name, text, message) => {
    const root = makeRepository();
    await ledgerIn(root).append(makeRecord('a'));
    edit(root, index, text);

    const expected = {
      name: 'ConfigError',
      message: expect.stringContaining(message),
      place: { file: `refs/heads/trainyard:${index}` },
      hint: expect.any(String),
    };
    await expect(ledgerIn(root).recent('churn', 5)).rejects.toMatchObject(expected);
    await expect(ledgerIn(root).append(makeRecord('b'))).rejects.toMatchObject({ name: 'ConfigError' });
  });

  test('a segment that is missing is named', async () => {
    const root = makeRepository();
    await ledgerIn(root).append(makeRecord('a'));
    edit(root, index, '{"schema":"trainyard/index","version":1,"segments":2,"entries":[]}');

    await expect(ledgerIn(root).find('churn', () => false)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('refs/heads/trainyard:index/churn/2.json'),
    });
  });

  const sha = digits('a');
  const path = `commits/${sha.slice(0, 2)}/${sha}/churn.json`;
  test.each([
    ['no JSON', 'nonsense', path],
    ['a newer schema', JSON.stringify({ ...makeRecord('a'), version: 2 }), 'newer Trainyard'],
    ['a run of another commit', JSON.stringify(makeRecord('b')), 'another commit or model'],
  ])('a record with %s is a ConfigError', async (_name, text, message) => {
    const root = makeRepository();
    await ledgerIn(root).append(makeRecord('a'));
    edit(root, path, text);

    await expect(ledgerIn(root).recordOf(sha, 'churn')).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining(message),
    });
  });
});

describe('a lock that a killed git left behind', () => {
  test('is removed once it is old, and the append goes through', async () => {
    const root = makeRepository();
    await ledgerIn(root).append(makeRecord('a'));
    const lock = join(root, '.git/refs/heads/trainyard.lock');
    writeFileSync(lock, '');
    const before = new Date(Date.now() - 60_000);
    utimesSync(lock, before, before);

    expect((await ledgerIn(root).append(makeRecord('b'))).result).toBe('written');
  });

  test('is left alone while it is young: the append gives up with a reason that can be retried', async () => {
    const root = makeRepository();
    const lock = join(root, '.git/refs/heads/trainyard.lock');
    writeFileSync(lock, '');
    // However slow this machine is, the lock stays young.
    const later = new Date(Date.now() + 3_600_000);
    utimesSync(lock, later, later);
    const hasty = makeRuntime({ clock: { ...runtime.clock, sleep: async () => {} } });

    const append = createGitLedger(hasty, createGit(hasty, root)).append(makeRecord('a'));

    await expect(append).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: true,
      message: expect.stringContaining('trainyard.lock'),
    });
  });
});
