import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createLocalPlatform } from '../../src/platform/local/index.ts';
import { repositoryUrl } from '../../src/platform/local/repository-url.ts';
import { describePlatform } from '../contract/platform.ts';
import {
  commitFile,
  git,
  makeFolder,
  makeRepository,
  makeRuntime,
  put,
  removeFolders,
} from '../git/repository.ts';
import { digits, makeRecord } from '../ledger/records.ts';

afterAll(removeFolders);

const runtime = makeRuntime();

describePlatform('a clone', async () => {
  const root = makeRepository();
  const first = commitFile(root, 'notes.txt', '1');
  const second = commitFile(root, 'notes.txt', '2');
  git(root, 'tag', 'v1.2.0');
  const third = commitFile(root, 'notes.txt', '3');
  return { platform: createLocalPlatform(runtime, root), commits: [first, second, third] };
});

describe('files under .trainyard', () => {
  test('have the names the documentation gives', async () => {
    const root = makeRepository();
    const platform = createLocalPlatform(runtime, root);
    const check = {
      headSha: null,
      externalId: '',
      status: 'completed',
      conclusion: 'failure',
      title: '',
      summary: '',
      text: '',
    } as const;
    const annotations = [
      { path: 'trainyard.yml', line: 7, level: 'failure', title: 't', message: 'm' },
    ] as const;

    const urls = [
      await platform.ensureComment({ key: 'trainyard', body: 'body' }),
      await platform.ensureComment({ key: 'nightly', body: 'body' }),
      await platform.ensureCheck({ ...check, name: 'trainyard', annotations }),
      await platform.ensureCheck({ ...check, name: 'trainyard / churn', annotations }),
      await platform.ensureCheck({ ...check, name: 'trainyard (price_v1.2)', annotations }),
      await platform.writeSummary('summary'),
      await platform.writeReport('report.html', '<p>'),
    ].map(({ url }) => url.slice(root.length + 1));

    expect(urls).toEqual([
      '.trainyard/comment.md',
      '.trainyard/comment-nightly.md',
      '.trainyard/check.json',
      '.trainyard/check-churn.json',
      '.trainyard/check-price_v1.2.json',
      '.trainyard/summary.md',
      '.trainyard/report.html',
    ]);
    expect(JSON.parse(readFileSync(join(root, '.trainyard/check.json'), 'utf8'))).toMatchObject({
      conclusion: 'failure',
      annotations,
    });
    expect(readFileSync(join(root, '.trainyard/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('keys and names of strangers stay in the folder', async () => {
    const root = makeRepository();
    const platform = createLocalPlatform(runtime, root);

    const { url } = await platform.ensureComment({ key: '../../../outside', body: 'x' });

    expect(url.startsWith(join(root, '.trainyard/comment-'))).toBe(true);
    expect(url).not.toContain('/../');
    expect(existsSync(url)).toBe(true);
  });

  test('a .gitignore that the user wrote there is kept', async () => {
    const root = makeRepository();
    put(root, '.trainyard/.gitignore', '/cache\n');

    await createLocalPlatform(runtime, root).writeSummary('x');

    expect(readFileSync(join(root, '.trainyard/.gitignore'), 'utf8')).toBe('/cache\n');
  });

  test.each([
    ['no JSON', '{'],
    ['cut short', JSON.stringify(makeRecord('a')).slice(0, 200)],
    ['a newer schema', JSON.stringify({ ...makeRecord('a'), version: 2 })],
    ['empty', ''],
  ])('a kept run that is %s is a ConfigError naming the file', async (_name, text) => {
    const root = makeRepository();
    const id = digits('id a', 20);
    put(root, `.trainyard/runs/${id}.json`, text);
    const platform = createLocalPlatform(runtime, root);

    const expected = { name: 'ConfigError', message: expect.stringContaining(`${id}.json`) };
    await expect(platform.runById(id)).rejects.toMatchObject(expected);
    await expect(platform.promotable('churn', null)).rejects.toMatchObject(expected);
  });

  test('a verdict that is no JSON is a ConfigError naming the file', async () => {
    const root = makeRepository();
    const key = digits('key', 64);
    put(root, `.trainyard/verdicts/${key}.json`, '{"verdict":');

    await expect(createLocalPlatform(runtime, root).standingVerdict(key)).rejects.toMatchObject({
      name: 'ConfigError',
      place: { file: join(root, '.trainyard/verdicts', `${key}.json`) },
    });
  });

  test('a record whose id is no id is refused', async () => {
    const platform = createLocalPlatform(runtime, makeRepository());

    await expect(platform.keepRecord(makeRecord('a', { id: '../../x' }))).rejects.toMatchObject({
      name: 'ConfigError',
    });
  });
});

describe('release tags', () => {
  test('the highest release counts: no pre-release, no tag of another kind, annotated or not', async () => {
    const root = makeRepository();
    commitFile(root);
    git(root, 'tag', 'v1.9.0');
    const second = commitFile(root);
    git(root, 'tag', '--annotate', '--message', 'x', 'v1.10.0');
    const head = commitFile(root);
    for (const tag of ['v2.0.0-rc.1', 'churn@v3.0.0', 'v3', 'version-9.9.9']) git(root, 'tag', tag);

    expect(await createLocalPlatform(runtime, root).latestTag(head)).toEqual({ tag: 'v1.10.0', sha: second });
  });
});

describe('the address of a repository', () => {
  test.each([
    ['https://github.com/o/r.git', 'https://github.com/o/r'],
    ['https://someone:secret@github.com/o/r.git', 'https://github.com/o/r'],
    ['https://x-access-token:t@ghe.example.org:8443/o/r/', 'https://ghe.example.org:8443/o/r'],
    ['git@github.com:o/r.git', 'https://github.com/o/r'],
    ['ssh://git@github.com:22/o/r.git', 'https://github.com/o/r'],
    ['git://example.org/o/r', 'https://example.org/o/r'],
    ['/srv/git/r.git', null],
    ['../r', null],
    ['C:\\git\\r', null],
    ['file:///srv/r.git', null],
    ['', null],
    [null, null],
  ])('of %j is %j', (remote, url) => {
    expect(repositoryUrl(remote)).toBe(url);
  });
});

describe('a commit that brings a state folder', () => {
  const committed = { name: 'ConfigError', message: expect.stringContaining('is committed') };
  const commitAll = (root: string) => {
    git(root, 'add', '--force', '--all');
    git(root, 'commit', '--quiet', '--message', 'State');
  };

  test.each(['.trainyard', '.Trainyard'])('is refused: %s/runs', async (name) => {
    const root = makeRepository();
    mkdirSync(join(root, name, 'runs'), { recursive: true });
    writeFileSync(join(root, name, 'runs', `${'a'.repeat(20)}.json`), '{}');
    commitAll(root);
    await expect(createLocalPlatform(runtime, root).context()).rejects.toMatchObject(committed);
  });

  test('is refused when it is a link, before anything is written through it', async () => {
    const root = makeRepository();
    const theirs = makeFolder();
    symlinkSync(theirs, join(root, '.trainyard'));
    commitAll(root);
    await expect(createLocalPlatform(runtime, root).context()).rejects.toMatchObject(committed);
    expect(readdirSync(theirs)).toEqual([]);
  });

  test('is not confused with folders that sound alike', async () => {
    const root = makeRepository();
    for (const name of ['x.trainyard', '.trainyard2', 'docs/.trainyard']) put(root, `${name}/a.txt`, 'a');
    commitAll(root);
    expect((await createLocalPlatform(runtime, root).context()).dirty).toBe(false);
  });
});
