import { afterAll, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { plainConfig } from '../rig/project.ts';
import { type GitHubSite, makeSite } from '../rig/site.ts';
import { propose } from './propose.ts';

jest.setTimeout(180_000);

let site: GitHubSite;

afterAll(async () => {
  await site.close();
  removeFolders();
});

test('attempts of one pull request share alpha, where the base says so; running one again is none', async () => {
  const config = plainConfig.replace(
    /gate:\n(.*)\n/,
    'gate:\n  alpha-spending: per-pull-request\n  rules:\n  $1\n',
  );
  site = await makeSite({ 'trainyard.yml': config });
  const { project, repository, github } = site;
  await site.workflow(site.ofPush(project.git('rev-parse', 'main'), '0'.repeat(40)));
  const comment = () => repository.comments.at(-1)?.body.replaceAll('\\', '') ?? '';
  const shown = () => /Attempt (\d+) of this pull request: .* judged at ([\d.]*\d)/.exec(comment())?.slice(1);

  const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 41']);
  const first = site.ofPull(number);
  const { run } = await site.workflow(first);
  expect(shown()).toEqual(['1', '0.0303']);
  expect(comment()).toContain('93.94 % interval');

  Object.assign(run, { attempt: 2, status: 'in_progress', conclusion: null });
  await site.workflow(first, { run });
  expect(shown()).toEqual(['1', '0.0303']);

  project.edit('params.yaml', 'errors: 41', 'errors: 42');
  project.commit();
  site.push();
  github.requests.clear();
  await site.workflow(site.ofPull(number));
  expect(shown()).toEqual(['2', '0.00759']);
  expect(comment()).toContain('these rows have judged 3 candidates');
  expect(github.requests.count()).toBeLessThanOrEqual(25);
});
