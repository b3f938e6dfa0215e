import { afterAll } from '@jest/globals';
import type { Platform } from '../../../src/platform/types.ts';
import { describePlatform } from '../../contract/platform.ts';
import { removeFolders } from '../../git/repository.ts';
import { platformOf, startSite, stopSites } from './site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

describePlatform('a repository on GitHub', async () => {
  const { github, repository } = await startSite();
  const first = repository.refs.get('refs/heads/main') as string;
  const second = github.commit(repository, { files: { 'notes.txt': '2' } });
  repository.refs.set('refs/tags/v1.2.0', second);
  github.commit(repository, { branch: 'side', files: { 'other.txt': 'x' } });
  const third = github.commit(repository, { files: { 'notes.txt': '3' } });
  const { number } = github.pullRequest(repository, { head: 'side' });
  const payload = {
    pull_request: { number, head: { sha: repository.refs.get('refs/heads/side') }, base: { sha: third } },
  };
  const job = () => ({
    event: 'pull_request',
    sha: repository.refs.get(`refs/pull/${number}/merge`) as string,
    payload,
  });
  const { platform } = platformOf(github, repository, job());
  /** Each record comes from a run on its own head, as records do. */
  const keepRecord: Platform['keepRecord'] = async (record) => {
    const run = github.workflowRun(repository, { headSha: record.commit.head_sha ?? '', event: 'push' });
    await platformOf(github, repository, { ...job(), run }).platform.keepRecord(record);
  };
  return { platform: { ...platform, keepRecord }, commits: [first, second, third] };
});
