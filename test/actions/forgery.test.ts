import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { plainConfig } from '../rig/project.ts';
import type { GitHubSite } from '../rig/site.ts';
import { type ForkSeed, forge, reportOn, withFork } from './fork.ts';

jest.setTimeout(240_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

async function forkOf(seed?: ForkSeed) {
  const made = await withFork(seed);
  sites.push(made.site);
  return made;
}

const checkOf = ({ repository }: GitHubSite) => repository.checks.at(-1);

describe('a bundle that its own run forged', () => {
  test('cannot say that there is no baseline: the relative rules stay', async () => {
    const { site, judged } = await forkOf({ recorded: false });
    await forge(site, judged, ({ part }) => {
      for (const made of part.baselines)
        Object.assign(made, { how: null, record: null, failure: null, reason: 'None is needed.' });
    });

    const report = await reportOn(site, judged);

    expect(report.outputs['verdict']).toBe('error');
    expect(checkOf(site)).toMatchObject({ conclusion: 'failure' });
  });

  test('cannot leave the baseline out', async () => {
    const { site, judged } = await forkOf({ recorded: false });
    await forge(site, judged, ({ part }) => {
      part.baselines = [];
    });

    const report = await reportOn(site, judged);

    expect(report.outputs['verdict']).toBe('error');
  });

  test('cannot bring a baseline of its own where one is recorded whose rows are kept nowhere', async () => {
    const { site, judged } = await forkOf({ isPrivate: false });
    await forge(site, judged, (parcel) => {
      const { part } = parcel;
      const [made] = part.baselines;
      if (made === undefined) throw new Error('There is no baseline to forge.');
      const own = parcel.record(part.record);
      const forged = { ...parcel.record(made.record), predictions: own.predictions, metrics: own.metrics };
      parcel.write(made.record, forged);
      for (const path of Object.keys(parcel.files))
        if (path.startsWith('objects/')) delete parcel.files[path];
    });

    const report = await reportOn(site, judged);

    expect(report.outputs['verdict']).toBe('fail');
    expect(site.repository.comments[0]?.body).toContain('its recorded values are compared with');
  });

  test('cannot choose which recorded run stands for it: one of another commit is refused', async () => {
    const { site, judged } = await forkOf({ edit: ['params.yaml', 'errors: 40', 'errors: 80'] });
    const { project, repository } = site;
    const main = repository.refs.get('refs/heads/main') as string;
    project.git('switch', '--quiet', 'main');
    project.edit('params.yaml', 'errors: 40', 'errors: 0');
    const good = project.commit();
    site.push();
    await site.workflow(site.ofPush(good, main));
    const [name = ''] = repository.runs.flatMap((run) =>
      run.headSha === good
        ? run.artifacts.map((one) => one.name).filter((one) => one.startsWith('trainyard-run-'))
        : [],
    );
    await forge(site, judged, ({ part }) => {
      Object.assign(part, { equal: name.slice(-20), record: null, metrics: [], predictions: null });
    });

    const report = await reportOn(site, judged);

    expect(name).toMatch(/[0-9a-f]{20}$/);
    expect(report.outputs['verdict']).toBe('error');
  });

  test('cannot put a link of its own under the name of its commit', async () => {
    const { site, judged } = await forkOf();
    await forge(site, judged, (parcel) => {
      const record = parcel.record(parcel.part.record);
      parcel.write(parcel.part.record, { ...record, url: 'https://evil.example/login' });
    });

    const report = await reportOn(site, judged);

    expect(report.outputs['verdict']).toBe('fail');
    expect(JSON.stringify([site.repository.comments, site.repository.checks, report.summary])).not.toContain(
      'evil.example',
    );
  });
});

describe('a baseline that the rules name by the id of its run', () => {
  test('is not an artifact of that name which a fork made', async () => {
    const pinned = 'abcdef0123456789abcd';
    const { site, judged, number } = await forkOf({
      files: { 'trainyard.yml': `${plainConfig}baseline: ${pinned}\n` },
    });
    await forge(site, judged, (parcel) => {
      const own = parcel.record(parcel.part.record);
      const named = { ...own, id: pinned, predictions: own.predictions };
      site.github.state.artifact(judged.run, {
        name: `trainyard-run-churn-${pinned}`,
        files: { 'run.json': JSON.stringify(named) },
      });
    });

    const report = await reportOn(site, judged);

    expect(number).toBe(1);
    expect(report.outputs['verdict']).toBe('error');
  });
});
