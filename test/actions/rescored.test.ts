import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite } from '../rig/site.ts';
import { asCsv, testRows, thresholdConfig, thresholdFiles } from '../rig/threshold-project.ts';
import { reportOn, withFork } from './fork.ts';
import { propose } from './propose.ts';

jest.setTimeout(180_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

const rows = asCsv(testRows(400));
const more = asCsv(testRows(500));
const fewer = asCsv(testRows(400).filter(({ x, label }) => x > 0.5 === (label === 1)));

/** A pull request that has these test rows instead of those that main recorded. */
async function withRows(text: string, files = {}) {
  const site = await makeSite({ ...thresholdFiles, ...files });
  sites.push(site);
  await site.workflow(site.ofPush(site.project.git('rev-parse', 'main'), '0'.repeat(40)));
  site.project.ran();
  site.github.requests.clear();
  site.project.write('params.yaml', 'threshold: 0.501\n');
  const number = propose(site, ['test.csv', rows, text]);
  const judged = await site.workflow(site.ofPull(number));
  return { ...judged, site, body: site.repository.comments[0]?.body.replaceAll('\\', '') ?? '' };
}

describe('test rows that a pull request changes', () => {
  test('have the recorded model scored again by the job that trains, from its commit; the job that judges takes it', async () => {
    const { site, start, train, report, body } = await withRows(more);

    expect([start.code, train?.code]).toEqual([0, 0]);
    expect(report).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
    expect(site.project.ran().sort()).toEqual(['evaluate', 'evaluate', 'evaluate', 'train', 'train']);
    expect(site.github.requests.count()).toBeLessThanOrEqual(25);
    expect(body).toContain('The baseline was scored again on these rows.');
    expect(body).toContain('The stored model of');
    expect(body).toContain('400 stay as they were, 100 are new.');
  });

  test('fail where hard rows are gone; a folder that keeps models spares the base a second training', async () => {
    const store = `candidates: { store: path, path: ${JSON.stringify(makeFolder())} }\n`;
    const { site, report, body } = await withRows(fewer, { 'trainyard.yml': thresholdConfig + store });

    expect(site.project.ran().filter((stage) => stage === 'train')).toHaveLength(1);
    expect(report).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(body).toContain('This change loosens its own gate: test rows');
    expect(body).toContain('accuracy 0 against 1');
  });

  test('have the baseline scored again that nobody recorded', async () => {
    const site = await makeSite(thresholdFiles);
    sites.push(site);
    const number = propose(site, ['test.csv', rows, more]);

    const { report } = await site.workflow(site.ofPull(number));

    expect(report).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
    expect(site.repository.comments[0]?.body).toContain('scored again');
  });

  test('of a fork are an error: it does not choose what it is compared with', async () => {
    const { site, judged } = await withFork({ files: thresholdFiles, edit: ['test.csv', rows, more] });
    sites.push(site);

    const report = await reportOn(site, judged);

    expect(report.outputs['verdict']).toBe('error');
    expect(site.repository.comments[0]?.body).toContain('a change from elsewhere does not choose');
  });
});
