import { describe, expect, test } from '@jest/globals';
import type { CheckRequest, Platform } from '../../src/platform/types.ts';
import { digits, makeCommit, makeMetric, makeRecord, minutesLater } from '../ledger/records.ts';

/** A repository whose default branch has three commits, oldest first; `notes.txt` holds `1`, `2`, `3`. `v1.2.0` is the second. */
export interface PlatformSite {
  platform: Platform;
  commits: readonly [string, string, string];
}

/** What every place where code is reviewed does, whatever it is. */
export function describePlatform(name: string, make: () => Promise<PlatformSite>): void {
  describe(`${name} as a platform`, () => {
    describeCommits(make);
    describeRecords(make);
    describeVerdicts(make);
    describeOutputs(make);
  });
}

function describeCommits(make: () => Promise<PlatformSite>): void {
  test('a file is read as it was at a commit, and is null where there is none', async () => {
    const { platform, commits } = await make();

    expect(await Promise.all(commits.map((sha) => platform.readFileAt(sha, 'notes.txt')))).toEqual([
      '1',
      '2',
      '3',
    ]);
    expect(await platform.readFileAt(commits[0], 'nothing.txt')).toBeNull();
    expect(await platform.readFileAt(commits[0], '../notes.txt')).toBeNull();
    expect(await platform.readFileAt('0'.repeat(40), 'notes.txt')).toBeNull();
    expect(await platform.readFileAt('--output=x', 'notes.txt')).toBeNull();
  });

  test('commits come with their parents, newest first', async () => {
    const { platform, commits } = await make();
    const [first, second, third] = commits;

    const history = await platform.firstParents(third, 2);

    expect(history.map(({ sha, parents }) => ({ sha, parents }))).toEqual([
      { sha: third, parents: [second] },
      { sha: second, parents: [first] },
    ]);
    expect(await platform.commit(third)).toEqual(history[0]);
    expect(await platform.commit('no-such-branch')).toBeNull();
    expect(await platform.commit('--all')).toBeNull();
  });

  test('the newest release tag is the one a commit contains', async () => {
    const { platform, commits } = await make();
    const [first, second, third] = commits;

    expect(await platform.latestTag(third)).toEqual({ tag: 'v1.2.0', sha: second });
    expect(await platform.latestTag(first)).toBeNull();
  });
}

function describeRecords(make: () => Promise<PlatformSite>): void {
  test('kept records are found by model, newest first, and by id', async () => {
    const { platform } = await make();
    const older = makeRecord('older', { finished: minutesLater(1) });
    const newer = makeRecord('newer', { finished: minutesLater(2), metrics: [makeMetric('__proto__', 0.5)] });
    const other = makeRecord('other', { model: 'price' });
    for (const record of [newer, older, other, older]) await platform.keepRecord(record);

    expect(await platform.promotable('churn', null)).toEqual([newer, older]);
    expect(await platform.promotable('nothing', null)).toEqual([]);
    expect(await platform.runById(older.id)).toEqual(older);
    expect(await platform.runById(older.id.slice(0, 6))).toEqual(older);
  });

  test('an id that is no id, too short or unknown finds nothing', async () => {
    const { platform } = await make();
    const record = makeRecord('a');
    await platform.keepRecord(record);

    for (const id of [
      '',
      record.id.slice(0, 5),
      '../../etc',
      'main',
      digits('x', 20),
      `${record.id}0`,
      record.id.toUpperCase(),
    ]) {
      if (id !== record.id) expect(await platform.runById(id)).toBeNull();
    }
  });

  test('a beginning that two runs share is refused', async () => {
    const { platform } = await make();
    const [one, two] = [`abcdef${digits('1', 14)}`, `abcdef${digits('2', 14)}`];
    const commit = makeCommit(digits('c'));
    await platform.keepRecord(makeRecord('1', { id: one, commit }));
    await platform.keepRecord(makeRecord('2', { id: two, commit }));

    await expect(platform.runById('abcdef')).rejects.toMatchObject({ name: 'ConfigError' });
    expect((await platform.runById(one))?.id).toBe(one);
  });
}

function describeVerdicts(make: () => Promise<PlatformSite>): void {
  const key = digits('verdict', 64);

  test('the first completed verdict of a key stands', async () => {
    const { platform } = await make();
    expect(await platform.standingVerdict(key)).toBeNull();

    await platform.keepVerdict(key, { verdict: 'fail' });
    await platform.keepVerdict(key, { verdict: 'pass' });

    expect(await platform.standingVerdict(key)).toEqual({ verdict: 'fail' });
    expect(await platform.standingVerdict(digits('another', 64))).toBeNull();
  });

  test('of verdicts kept at once exactly one stands', async () => {
    const { platform } = await make();
    const numbers = Array.from({ length: 10 }, (_, i) => i);

    await Promise.all(numbers.map((number) => platform.keepVerdict(key, { number })));

    const standing = (await platform.standingVerdict(key)) as { number: number };
    expect(numbers).toContain(standing.number);
    expect(await platform.standingVerdict(key)).toEqual(standing);
  });

  test.each(['', '../../x', 'not hex', 'ABCDEF0123456789'])('refuses the verdict key %j', async (bad) => {
    const { platform } = await make();

    await expect(platform.keepVerdict(bad, {})).rejects.toMatchObject({ name: 'ConfigError' });
    await expect(platform.standingVerdict(bad)).rejects.toMatchObject({ name: 'ConfigError' });
  });
}

function describeOutputs(make: () => Promise<PlatformSite>): void {
  const check: CheckRequest = {
    name: 'trainyard',
    headSha: null,
    externalId: 'run 1',
    status: 'completed',
    conclusion: 'success',
    title: 'Pass',
    summary: 'All | `good` <!-- x -->',
    text: '',
    annotations: [{ path: 'trainyard.yml', line: 3, level: 'notice', title: 't', message: 'm' }],
  };

  test('writing says whether it created, updated or left as it was', async () => {
    const { platform, commits } = await make();
    const writes = [
      (text: string) => platform.ensureComment({ key: 'trainyard', body: text }),
      (text: string) => platform.ensureCheck({ ...check, headSha: commits[2], summary: text }),
      (text: string) => platform.writeSummary(text),
      (text: string) => platform.writeReport('report.html', text),
    ];
    for (const write of writes) {
      expect((await write('one')).result).toBe('created');
      expect((await write('one')).result).toBe('unchanged');
      expect((await write('two — 模型')).result).toBe('updated');
      expect((await write('two — 模型')).url).not.toBe('');
    }
  });

  test('comments of two keys and checks of two models do not meet', async () => {
    const { platform, commits } = await make();
    const comments = ['trainyard', 'nightly'].map((key) => platform.ensureComment({ key, body: key }));
    const checks = ['trainyard', 'trainyard/churn', 'trainyard/price'].map((name) =>
      platform.ensureCheck({ ...check, headSha: commits[2], name }),
    );

    const written = await Promise.all([...comments, ...checks]);

    expect(written.map(({ result }) => result)).toEqual(written.map(() => 'created'));
    expect(new Set(written.map(({ url }) => url)).size).toBe(5);
  });

  test.each(['../x', 'a/b', '', '.gitignore', 'x\0', 'a\nb', 'x'.repeat(300), '..'])(
    'refuses a report named %j',
    async (name) => {
      await expect((await make()).platform.writeReport(name, 'x')).rejects.toMatchObject({
        name: 'ConfigError',
      });
    },
  );
}
