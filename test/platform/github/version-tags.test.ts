import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitHubVersionTags } from '../../../src/platform/github/version-tags.ts';
import type { VersionTags } from '../../../src/platform/version-tags.ts';
import { removeFolders } from '../../git/repository.ts';
import type { Fault } from '../../rig/github/faults.ts';
import { getObject } from '../../rig/github/git-objects.ts';
import { clientFor, type GitHub, jobRuntime, type Repository, startSite, stopSites } from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

let github: GitHub;
let repository: Repository;
let tags: VersionTags;
let sha: string;
beforeEach(async () => {
  ({ github, repository } = await startSite());
  const runtime = jobRuntime();
  tags = createGitHubVersionTags(runtime, clientFor(github, runtime));
  sha = repository.refs.get('refs/heads/main') as string;
});
const tag = 'churn@v1.0.0';
const ensure = () => tags.ensure({ tag, sha, message: 'Register churn 1.0.0' });
const made = () => getObject(repository.objects, 'tag', repository.refs.get(`refs/tags/${tag}`) ?? '');

describe('the tag of a version', () => {
  test('is annotated, and made once', async () => {
    expect([await ensure(), await ensure()]).toEqual(['created', 'unchanged']);
    expect(made()).toMatchObject({ object: sha, tag, message: 'Register churn 1.0.0' });
  });

  test.each(
    ['git/get-ref', 'git/create-tag', 'git/create-ref'].flatMap((operation): [string, string, Fault][] => [
      [operation, 'fails once', { fault: 'no-connection' }],
      [operation, 'fails after it was done', { fault: 'status', status: 502, afterWrite: true }],
    ]),
  )('is there where %s %s', async (operation, _what, fault) => {
    github.switches.plan({ ...fault, operation });
    await ensure();
    expect(github.switches.pending()).toBe(0);
    expect(made()).toMatchObject({ object: sha });
  });

  test('that two make at once is one', async () => {
    await Promise.all([ensure(), ensure()]);
    expect(made()).toMatchObject({ object: sha });
  });

  test('that only names a commit, or names another one, is left alone', async () => {
    repository.refs.set(`refs/tags/${tag}`, sha);
    await expect(ensure()).rejects.toMatchObject({ message: expect.stringContaining('is not annotated') });
    repository.refs.delete(`refs/tags/${tag}`);
    const other = github.commit(repository, { branch: 'main', files: { 'notes.txt': '2' } });
    await tags.ensure({ tag, sha: other, message: 'x' });
    await expect(ensure()).rejects.toMatchObject({ hint: expect.stringContaining('next version') });
  });
});
