import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite } from '../rig/site.ts';
import { propose } from './propose.ts';

jest.setTimeout(240_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

const twoModels = `version: 1
models:
  churn:
    path: a
    pipeline:
      train: { run: sh train.sh, deps: [train.sh], params: [params.yaml], outs: [model.txt] }
      evaluate: { run: sh evaluate.sh, deps: [evaluate.sh, model.txt], metrics: [metrics.json], predictions: predictions.csv }
    gate: [{ metric: accuracy, max-drop: 0.02 }]
  fraud:
    path: b
    pipeline:
      train: { run: sh train.sh, deps: [train.sh], params: [params.yaml], outs: [model.txt] }
      evaluate: { run: sh evaluate.sh, deps: [evaluate.sh, model.txt], metrics: [metrics.json], predictions: predictions.csv }
    gate: [{ metric: accuracy, min: 0.7 }]
`;

async function withModels() {
  const site = await makeSite();
  sites.push(site);
  const { project } = site;
  for (const folder of ['a', 'b'])
    for (const name of ['train.sh', 'evaluate.sh', 'params.yaml'])
      project.write(`${folder}/${name}`, project.read(name));
  project.write('trainyard.yml', twoModels);
  const main = project.commit();
  site.push();
  return { site, main };
}

describe('a matrix of models', () => {
  const matrix = [{ model: 'churn' }, { model: 'fraud' }];

  test('ends in one comment, one aggregate check and one check for each model; the worst decides', async () => {
    const { site, main } = await withModels();
    await site.workflow(site.ofPush(main, '0'.repeat(40)), { matrix });
    const number = propose(site, ['a/params.yaml', 'errors: 40', 'errors: 80']);

    const { report } = await site.workflow(site.ofPull(number), { matrix });

    expect(report).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(site.repository.comments).toHaveLength(1);
    expect(site.repository.checks.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['trainyard', 'failure'],
      ['trainyard / churn', 'failure'],
      ['trainyard / fraud', 'success'],
    ]);
  });

  test('in which a job died without results is an error, however well the others did', async () => {
    const { site, main } = await withModels();
    await site.workflow(site.ofPush(main, '0'.repeat(40)), { matrix });
    const number = propose(site, ['a/params.yaml', 'errors: 40', 'errors: 39']);
    const occasion = site.ofPull(number);

    const { report } = await site.workflow(occasion, {
      matrix,
      between: (next) => {
        const run = site.repository.runs.at(-1);
        if (next === 'report' && run)
          run.artifacts = run.artifacts.filter(({ name }) => !/bundle\.1\.1$/.test(name));
      },
    });

    expect(report).toMatchObject({ code: 2, outputs: { verdict: 'error' } });
    expect(site.repository.checks.find(({ name }) => name === 'trainyard / fraud')?.summary).toContain(
      'ended without results',
    );
  });
});

describe('a matrix of seeds', () => {
  test('judges each seed and names it', async () => {
    const site = await makeSite();
    sites.push(site);
    const main = site.project.git('rev-parse', 'main');
    await site.workflow(site.ofPush(main, '0'.repeat(40)));
    const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 41']);

    const { report } = await site.workflow(site.ofPull(number), { matrix: [{ seed: '1' }, { seed: '2' }] });

    expect(report).toMatchObject({ code: 0 });
    expect(site.repository.comments).toHaveLength(1);
    expect(site.repository.comments[0]?.body).toContain('churn (seed 1)');
    expect(site.repository.comments[0]?.body).toContain('churn (seed 2)');
    expect(site.repository.checks.map(({ name }) => name)).toEqual([
      'trainyard',
      'trainyard / churn (seed 1)',
      'trainyard / churn (seed 2)',
    ]);
  });

  const seeds = ['1', '2', '3', '4', '5'].map((seed) => ({ seed }));

  test('that `repeats` asks for is one candidate: a lucky artefact passes no worse change, no seed can be left out, and all are promoted', async () => {
    const site = await makeSite();
    sites.push(site);
    const { project } = site;
    project.edit('trainyard.yml', 'model: churn', 'model: churn\nrepeats: 5');
    // Seed 1 errs as "first" says, all others as "errors" does.
    project.write(
      'train.sh',
      `awk -v seed="$TRAINYARD_SEED" '/^errors:/ { e = $2 } /^first:/ { f = $2 }
        END { print "errors:", (seed == 1 ? f : e) + seed % 3; print "rows: 400"; print "size: 100" }' params.yaml > model.txt\n`,
    );
    project.write('params.yaml', 'errors: 40\nfirst: 40\n');
    const main = project.commit();
    site.push();
    await site.workflow(site.ofPush(main, '0'.repeat(40)));
    const number = propose(site, ['params.yaml', 'errors: 40', 'errors: 80']);
    const occasion = site.ofPull(number);
    const comment = () => site.repository.comments[0]?.body;

    const { report: fewer } = await site.workflow(occasion, { matrix: seeds.slice(0, 2) });
    expect(fewer).toMatchObject({ code: 2, outputs: { verdict: 'error' } });
    expect(comment()).toContain('no run with the training seeds 3, 4, 5');

    const { report: lost } = await site.workflow(occasion, {
      matrix: seeds.slice(0, 2),
      between: (next) => {
        const run = site.repository.runs.at(-1);
        if (next === 'report' && run)
          run.artifacts = run.artifacts.filter(({ name }) => !/bundle\.1\.1$/.test(name));
      },
    });
    expect(lost).toMatchObject({ code: 2, outputs: { verdict: 'error' } });
    expect(comment()).toContain('ended without results');

    const { report } = await site.workflow(occasion, { matrix: seeds });
    expect(report).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(site.repository.comments).toHaveLength(1);
    expect(comment()).toContain('mean of 5 training seeds');
    expect(site.repository.checks.every(({ name }) => name === 'trainyard')).toBe(true);

    const merged = site.github.state.merge(site.repository, number, 'squash');
    const { train, record } = await site.workflow(site.ofPush(merged, main));
    expect(train).toBeNull();
    expect(record?.log).toContain('promoted');
    const { repeats } = JSON.parse(readFileSync(record?.outputs['run-record'] as string, 'utf8'));
    expect(repeats.map((one: { seed: number }) => one.seed)).toEqual([2, 3, 4, 5]);
  });
});
