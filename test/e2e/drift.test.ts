import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import type { Project } from '../rig/project.ts';
import { asCsv, makeThresholdProject, testRows, thresholdConfig } from '../rig/threshold-project.ts';

afterAll(removeFolders);

/** A recorded project with this many rows and this margin. */
async function makeRecorded(rows: number, margin: number): Promise<Project> {
  const config = thresholdConfig.replace('max-drop: 0.02', `max-drop: ${margin}`);
  const project = makeThresholdProject({ 'trainyard.yml': config, 'test.csv': asCsv(testRows(rows)) });
  await project.train();
  return project;
}

/** Moves the threshold by `steps` from the best: each costs 0.004 of accuracy. */
const worse = (project: Project, steps: number) =>
  project.edit('params.yaml', /threshold: .*/, `threshold: ${(0.5 + 0.005 * steps).toFixed(3)}`);

/** Judges a change that is as many steps from the best, merges and records it. */
async function merged(project: Project, steps: number, code = 0) {
  project.branch(`change-${steps}`);
  worse(project, steps);
  project.commit(`Step ${steps}`);
  const verdict = await project.gate(code);
  project.git('switch', '--quiet', 'main');
  project.git('merge', '--quiet', '--no-ff', '--no-edit', `change-${steps}`);
  return verdict;
}

const words = ({ models: [model] }: Awaited<ReturnType<Project['gate']>>) =>
  Object.fromEntries(model?.rules.map(({ rule, verdict }) => [rule, verdict]) ?? []);

const base = 'accuracy:max-drop=0.02';
const release = 'accuracy:max-drop=0.02,level=warn,against=tag';

let recorded: Project;

beforeAll(async () => {
  recorded = await makeRecorded(400, 0.02);
});

describe('merges that each lose less than the margin', () => {
  test('pass one after the other against the base; against the last release the second one warns', async () => {
    const project = await makeRecorded(30_000, 0.005);
    project.git('tag', '-a', 'v1.0.0', '-m', 'Release');

    const first = await merged(project, 1);
    await project.train();
    const second = await merged(project, 2);

    expect([first.kind, second.kind]).toEqual(['pass', 'warn']);
    expect(words(first)).toEqual({ 'accuracy:max-drop=0.005': 'pass' });
    expect(words(second)).toEqual({
      'accuracy:max-drop=0.005': 'pass',
      'accuracy:max-drop=0.005,level=warn,against=tag': 'fail',
    });
    expect(second).toMatchObject({ verdict: 'fail', conclusion: 'success', exit: 0 });
    expect(second.sentence).toMatch(
      /^accuracy:max-drop=0\.005,level=warn,against=tag fails, which only warns: Since the release v1\.0\.0: accuracy fell by 0\.008/,
    );
  });

  test('pass unnoticed without a release, quietly, and where the base says so', async () => {
    const project = recorded.copy();
    expect(words(await merged(project, 1))).toEqual({ [base]: 'pass' });
    expect(project.read('.trainyard/summary.md')).not.toMatch(/drift|release/i);

    project.edit('trainyard.yml', /gate:\n(.*)\n/, 'gate:\n  drift: off\n  rules:\n  $1\n');
    project.commit('No drift');
    await project.train();
    project.git('tag', '-a', 'v1.0.0', '-m', 'Release', 'HEAD~2');
    expect(words(await merged(project, 2))).toEqual({ [base]: 'pass' });
  });

  test('are watched on the rows that the release has too, once rows were added', async () => {
    const project = recorded.copy();
    project.git('tag', '-a', 'v1.0.0', '-m', 'Release');
    project.write('test.csv', asCsv(testRows(500)));
    project.commit('More rows');
    await project.train();

    const verdict = await merged(project, 20, 1);

    const watched = verdict.models[0]?.rules.find(({ rule }) => rule === release);
    expect(watched).toMatchObject({ verdict: 'fail', evidence: { n: 400 } });
  });
});

describe('a release that cannot be judged against', () => {
  test('is told, and stops nothing', async () => {
    const project = recorded.copy();
    project.write('docs.md', 'New.\n');
    project.commit('Docs');
    project.git('tag', '-a', 'v1.0.0', '-m', 'Release');
    project.write('docs.md', 'Newer.\n');
    project.commit('Docs');
    await project.train();

    const verdict = await merged(project, 1);

    expect(verdict.kind).toBe('pass');
    expect(words(verdict)).toEqual({ [base]: 'pass' });
    expect(project.read('.trainyard/summary.md').replaceAll('\\', '')).toContain(
      'Drift since v1.0.0 is not judged: its run is not recorded.',
    );
  });
});
