import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project, plainFiles } from '../rig/project.ts';

const stages = `
    pipeline:
      train: { run: sh train.sh, deps: [train.sh], params: [params.yaml], outs: [model.txt] }
      evaluate: { run: sh evaluate.sh, deps: [evaluate.sh, model.txt], metrics: [metrics.json], predictions: predictions.csv }
    gate: [{ metric: accuracy, max-drop: 0.02 }]
`;
const config = `version: 1\nmodels:\n  churn:\n    path: churn${stages}  fraud:\n    path: fraud${stages}`;

let recorded: Project;

beforeAll(async () => {
  const below = (folder: string) =>
    Object.entries(plainFiles)
      .filter(([name]) => !name.startsWith('.') && name !== 'trainyard.yml')
      .map(([name, text]) => [`${folder}/${name}`, text]);
  recorded = makeProject({
    ...Object.fromEntries([...below('churn'), ...below('fraud')]),
    'trainyard.yml': config,
  });
  await recorded.train();
  recorded.ran();
});
afterAll(removeFolders);

function change(folder: string | null, errors: string): Project {
  const project = recorded.copy();
  project.branch('change');
  if (folder !== null) project.edit(`${folder}/params.yaml`, 'errors: 40', `errors: ${errors}`);
  project.commit();
  return project;
}

describe('a project with two models', () => {
  test('train records each under the same commit', async () => {
    const runs = await recorded.copy().train();
    expect(runs.map(({ model, ledger }) => [model, ledger])).toEqual([
      ['churn', 'unchanged'],
      ['fraud', 'unchanged'],
    ]);
    expect(new Set(runs.map(({ record }) => record.id)).size).toBe(2);
  });

  test('the worst verdict counts and names its model; each has a check of its own', async () => {
    const project = change('fraud', '80');
    const verdict = await project.gate(1);
    expect(verdict.sentence).toMatch(/^fraud: accuracy:max-drop=0\.02 fails/);
    expect(verdict.models.map(({ model, kind }) => [model, kind])).toEqual([
      ['churn', 'pass'],
      ['fraud', 'fail'],
    ]);
    const conclusion = (name: string) => JSON.parse(project.read(`.trainyard/${name}`)).conclusion;
    expect(conclusion('check.json')).toBe('failure');
    expect(conclusion('check-churn.json')).toBe('success');
    expect(conclusion('check-fraud.json')).toBe('failure');
    expect(project.ran()).toEqual(['train', 'evaluate']);
  });

  test('one that cannot be trained does not keep the other from its verdict', async () => {
    const project = change(null, '');
    project.write('churn/train.sh', 'exit 3\n');
    project.commit();
    const verdict = await project.gate(2);
    expect(verdict.models.map(({ model, kind }) => [model, kind])).toEqual([
      ['churn', 'error'],
      ['fraud', 'pass'],
    ]);
    expect(verdict.sentence).toMatch(/^churn: /);
  });

  test.each(['train', 'gate', 'record', 'evaluate'])('%s --model is about that one alone', async (verb) => {
    const project = change('churn', '20');
    const document = JSON.stringify(await project.json(0, verb, '--model', 'churn'));
    expect(document).toContain('"churn"');
    expect(document).not.toContain('"fraud"');
    expect(project.ran()).toEqual(['train', 'evaluate']);
  });

  test('--model with an unknown name says which there are', async () => {
    const { code, stderr } = await recorded.copy().run('gate', '--model', 'chrun');
    expect(code).toBe(2);
    expect(stderr).toContain('trainyard.yml: There is no model "chrun" in trainyard.yml.');
    expect(stderr).toContain('expected: one of churn, fraud');
    expect(stderr).toContain('Did you mean "churn"?');
  });

  test('removing a model fails: its rules would be gone with it', async () => {
    const project = change('churn', '20');
    project.write('trainyard.yml', config.slice(0, config.indexOf('  fraud:')));
    project.commit();
    const verdict = await project.gate(1);
    expect(verdict.sentence).toBe(
      'fraud: This change removes the model "fraud" and with it the rules that gate it.',
    );
    expect(project.read('.trainyard/comment.md')).toContain('removes the model');
  });

  test('a renamed model is a removed one and a new one', async () => {
    const project = change(null, '');
    project.edit('trainyard.yml', '  fraud:\n', '  scam:\n');
    project.commit();
    const verdict = await project.gate(1);
    expect(verdict.models.map(({ model, kind }) => [model, kind])).toEqual([
      ['churn', 'pass'],
      ['scam', 'adoption'],
      ['fraud', 'fail'],
    ]);
  });

  test('a comparison is about one of them', async () => {
    const { code, stderr } = await recorded.copy().run('compare');
    expect(code).toBe(2);
    expect(stderr).toContain('--model with one of churn, fraud');
    expect(await recorded.copy().json(0, 'compare', '--model', 'fraud', '--baseline', 'main')).toMatchObject({
      verdict: null,
    });
  });

  test('evaluate gives the metrics of each', async () => {
    const project = recorded.copy();
    const { models } = await project.json<{ models: { model: string; metrics: object[] }[] }>(0, 'evaluate');
    expect(models.map(({ model }) => model)).toEqual(['churn', 'fraud']);
    const { code, stdout } = await project.run('evaluate');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^churn\n[\s\S]*^accuracy +0\.9\d* +n 400$[\s\S]*^fraud\n/m);
  });
});
