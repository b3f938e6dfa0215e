import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { plainConfig } from '../rig/project.ts';
import { type GitHubSite, makeSite } from '../rig/site.ts';
import { propose } from './propose.ts';

jest.setTimeout(240_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

async function siteWith(config: string, isPrivate = true): Promise<GitHubSite> {
  const site = await makeSite({ 'trainyard.yml': `${plainConfig}${config}` });
  sites.push(site);
  site.repository.private = isPrivate;
  await site.workflow(site.ofPush(site.project.git('rev-parse', 'main'), '0'.repeat(40)));
  return site;
}

const artifactsOf = ({ repository }: GitHubSite) =>
  repository.runs.flatMap((run) => run.artifacts.map(({ name }) => name.replace(/-[0-9a-f]{20,64}$/, '')));

describe('predictions', () => {
  test('of a private repository are artifacts, so that a change is compared row by row without a second training', async () => {
    const site = await siteWith('');
    site.project.ran();
    const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 41']);

    const { start, report } = await site.workflow(site.ofPull(number));

    expect(artifactsOf(site)).toContain('trainyard-predictions');
    expect(JSON.parse(start.outputs['plan'] ?? '')).toMatchObject({ models: [{ compute: [] }] });
    expect(report?.summary).toContain('90 % interval');
  });

  test('of a public repository are kept nowhere; rows of the baseline are made again, and are those that were recorded', async () => {
    const site = await siteWith('', false);
    const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 80']);

    const { start, report } = await site.workflow(site.ofPull(number));

    const main = site.project.git('rev-parse', 'main');
    expect(artifactsOf(site)).not.toContain('trainyard-predictions');
    expect(JSON.parse(start.outputs['plan'] ?? '')).toMatchObject({ models: [{ compute: [main] }] });
    expect(report).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(site.repository.comments[0]?.body).toContain('(recorded, made just now)');
    expect(site.repository.comments[0]?.body).toMatch(/90 % interval −0\.\d+ to −0\.\d+/);
  });

  test('kept in the ledger lie on a branch of their own, and a later change is judged by them', async () => {
    const site = await siteWith('predictions: { store: ledger }\n');
    expect(site.repository.refs.has('refs/heads/trainyard-predictions')).toBe(true);
    for (const run of site.repository.runs) run.artifacts = [];
    const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 80']);

    const { report } = await site.workflow(site.ofPull(number));

    expect(report).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(site.repository.comments[0]?.body).toContain('recorded');
  });
});

describe('the model of a run', () => {
  test('travels as an artifact, and is put into a draft release where the configuration says so', async () => {
    const site = await siteWith('candidates: { store: draft-release }\n');

    expect(artifactsOf(site)).toContain('trainyard-model-churn');
    expect(site.repository.releases).toHaveLength(1);
    expect(site.repository.releases[0]).toMatchObject({ draft: true });
    expect(site.repository.refs.has('refs/tags/v1')).toBe(false);
  });

  test('of a pull request is put there when its run is promoted, and nothing is trained', async () => {
    const site = await siteWith('candidates: { store: draft-release }\n');
    const before = site.project.git('rev-parse', 'main');
    const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 39']);
    await site.workflow(site.ofPull(number));
    const merged = site.github.state.merge(site.repository, number, 'merge');

    const { train, record } = await site.workflow(site.ofPush(merged, before));

    expect(train).toBeNull();
    expect(record?.log).toContain('promoted');
    expect(site.repository.releases).toHaveLength(2);
  });
});
