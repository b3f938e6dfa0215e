import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project } from '../rig/project.ts';
import {
  asCsv,
  makeThresholdProject,
  testRows,
  thresholdConfig,
  thresholdFiles,
} from '../rig/threshold-project.ts';

afterAll(removeFolders);

let recorded: Project;

beforeAll(async () => {
  recorded = makeThresholdProject();
  await recorded.train();
  recorded.ran();
});

type Edit = (project: Project) => void;

const rows: (text: string) => Edit = (text) => (project) => project.write('test.csv', text);
const threshold: (value: number) => Edit = (value) => (project) =>
  project.edit('params.yaml', /threshold: .*/, `threshold: ${value}`);

/** A change with these edits on top of what is recorded. */
function changed(...edits: Edit[]): Project {
  const project = recorded.copy();
  project.branch('change');
  for (const edit of edits) edit(project);
  project.commit();
  return project;
}

const summaryOf = (project: Project) =>
  project.read('.trainyard/summary.md').replaceAll('\\', '').replaceAll('&#8288;', '');
const accuracyOf = (verdict: Awaited<ReturnType<Project['gate']>>) =>
  verdict.models[0]?.metrics.find(({ name }) => name === 'accuracy');

describe('test rows that changed', () => {
  test('new rows: the stored model is scored on them, the base is not trained again, and the verdict rests on equal rows', async () => {
    const project = changed(rows(asCsv(testRows(500))), threshold(0.501));
    const verdict = await project.gate(0);
    expect(verdict.verdict).toBe('pass');
    expect(project.ran()).toEqual(['train', 'evaluate', 'evaluate']);
    expect(verdict.models[0]?.rules[0]?.evidence).toMatchObject({ n: 500, state: 'ok' });
    expect(verdict.models[0]?.rules[0]?.evidence.sentence).toContain('scored again on these rows');
    expect(accuracyOf(verdict)?.baseline).toBe(0.9);
    const summary = summaryOf(project);
    expect(summary).toMatch(
      /The test rows changed\. The stored model of [0-9a-f]{7} was scored again on the rows of this change/,
    );
    expect(summary).toContain('Of the 400 rows that both have, none came out otherwise than recorded.');
    expect(summary).toContain('400 stay as they were, 100 are new.');
    expect(project.list('.trainyard/worktrees')).toEqual([]);
    await project.gate(0);
    expect(project.ran()).toEqual([]);
  });

  test('a worse model fails on the new rows', async () => {
    const verdict = await changed(rows(asCsv(testRows(500))), threshold(0.7)).gate(1);
    expect(verdict.kind).toBe('fail');
    expect(accuracyOf(verdict)?.baseline).toBe(0.9);
  });

  test('hard rows that were dropped loosen the gate, and the report says how the baseline did on them', async () => {
    const kept = testRows(400).filter(({ x, label }) => x > 0.5 === (label === 1));
    const project = changed(rows(asCsv(kept)));
    const verdict = await project.gate(1);
    expect(verdict.sentence).toContain(
      'This change loosens its own gate: test rows 400 → 360 as they were, 40 gone',
    );
    const summary = summaryOf(project);
    expect(summary).toContain('360 stay as they were, 40 left.');
    expect(summary).toContain(
      'The baseline on those that left or changed, against those that stay: accuracy 0 against 1.',
    );
  });

  test('a bar alone is loosened by it too, and nothing is scored again for a bar', async () => {
    const project = makeThresholdProject({
      'trainyard.yml': thresholdConfig.replace('max-drop: 0.02', 'min: 0.8'),
    });
    await project.train();
    project.branch('change');
    const kept = testRows(400).filter(({ x, label }) => x > 0.5 === (label === 1));
    project.write('test.csv', asCsv(kept));
    project.commit();
    project.ran();

    const verdict = await project.gate(1);

    expect(verdict.sentence).toContain('test rows 400 → 360 as they were, 40 gone');
    expect(summaryOf(project)).toContain('accuracy 0 against 1');
    expect(project.ran()).toEqual(['evaluate']);
    project.write('test.csv', asCsv(testRows(500)));
    project.commit();
    await project.gate(0);
  });

  test('a label that was turned loosens the gate like a row that left', async () => {
    const turned = testRows(400).map((row) => (row.id === 'row-3' ? { ...row, label: 1 - row.label } : row));
    const verdict = await changed(rows(asCsv(turned as never))).gate(1);
    expect(verdict.sentence).toContain('test rows 400 → 399 as they were, 1 altered');
  });

  test('many easy new rows hide no loss on the old ones', async () => {
    const easy = testRows(20_000, 1000).filter(({ x, label }) => x > 0.9 && label === 1);
    const project = changed(rows(asCsv([...testRows(400), ...easy])), threshold(0.6));
    const verdict = await project.gate(1);
    expect(verdict.models[0]?.rules[0]?.evidence.sentence).toMatch(
      /^On the rows that both have, by what was recorded/,
    );
  });

  test('an input of old rows that changed with new rows is no comparison', async () => {
    const spoiled = testRows(500).map((row, i) => (i < 200 ? { ...row, x: 1 - row.x } : row));
    const project = changed(rows(asCsv(spoiled)));
    const verdict = await project.gate(2);
    expect(verdict.models[0]?.rules[0]?.evidence.state).toBe('rows-changed');
    expect(summaryOf(project)).toMatch(
      /was not scored again: \d+ of the 400 rows that both have come out otherwise/,
    );
  });

  test('where the model is gone, the base is trained again in a worktree', async () => {
    const project = changed(rows(asCsv(testRows(500))), threshold(0.501));
    for (const folder of ['stages', 'stat']) project.remove(`.trainyard/cache/${folder}`);
    await project.gate(0);
    expect(project.ran().sort()).toEqual(['evaluate', 'evaluate', 'evaluate', 'train', 'train']);
  });

  test('that a stage prepares, in a folder of its own, are the change’s; the model is the baseline’s', async () => {
    const stages = `models:
  churn:
    path: models/churn
    pipeline:
      prepare: { run: cp ../../raw/all.csv test.csv, deps: [../../raw/all.csv], outs: [test.csv] }
      train: { run: python3 train.py, deps: [train.py, test.csv], params: [params.yaml], outs: [model.json] }
      evaluate: { run: python3 evaluate.py, deps: [evaluate.py, model.json, test.csv], predictions: predictions.csv }
    gate: [{ metric: accuracy, max-drop: 0.02 }]
`;
    const moved = ['train.py', 'evaluate.py', 'params.yaml'].map((name) => [
      `models/churn/${name}`,
      thresholdFiles[name] as string,
    ]);
    const project = makeProject({
      'trainyard.yml': `version: 1\n${stages}`,
      '.gitignore': 'raw/\nmodel.json\npredictions.csv\ntest.csv\n',
      'raw/all.csv': asCsv(testRows(400)),
      ...Object.fromEntries(moved),
    });
    await project.train();
    project.branch('change');
    project.write('raw/all.csv', asCsv(testRows(500)));
    project.edit('models/churn/params.yaml', '0.5', '0.501');
    project.commit();

    const verdict = await project.gate(0);

    expect(verdict.models[0]?.rules[0]).toMatchObject({ verdict: 'pass', evidence: { n: 500 } });
    expect(summaryOf(project)).toContain('400 stay as they were, 100 are new.');
  });

  test('in a dirty tree are those that lie there', async () => {
    const project = recorded.copy();
    project.branch('change');
    project.write('test.csv', asCsv(testRows(450)));
    const verdict = await project.gate(0);
    expect(verdict.models[0]?.rules[0]?.evidence).toMatchObject({ n: 450, method: 'identical' });
  });

  test('a stage that trains and scores at once is an error with the remedy', async () => {
    const config = thresholdConfig
      .replace(/ {2}train: .*\n/, '')
      .replace(
        / {2}evaluate: .*\n/,
        '  all: { run: python3 train.py && python3 evaluate.py, deps: [train.py, evaluate.py, test.csv], params: [params.yaml], outs: [model.json], predictions: predictions.csv }\n',
      );
    const project = makeThresholdProject({ 'trainyard.yml': config });
    await project.train();
    project.branch('change');
    project.write('test.csv', asCsv(testRows(500)));
    project.commit();
    const verdict = await project.gate(2);
    expect(verdict.sentence).toContain('The test rows changed');
    expect(summaryOf(project)).toMatch(
      /stage "all" makes "model\.json" beside scores, so it may be what trains\. Record the baseline/,
    );
  });

  test('with "on-rows-changed: shared" on the base only the shared rows are judged, and nothing is scored again', async () => {
    const config = thresholdConfig.replace(
      /gate:\n(.*)\n/,
      'gate:\n  on-rows-changed: shared\n  rules:\n  $1\n',
    );
    const project = makeThresholdProject({ 'trainyard.yml': config });
    await project.train();
    project.branch('change');
    project.write('test.csv', asCsv(testRows(300)));
    project.commit();
    project.ran();
    const verdict = await project.gate(0);
    expect(verdict.models[0]?.rules[0]?.evidence.sentence).toContain(
      'only the rows both sides share are judged',
    );
    expect(project.ran()).toEqual(['evaluate']);
  });
});

describe('code that scores that changed', () => {
  const stricter: Edit = (project) => project.edit('evaluate.py', 'int(score > 0.5)', 'int(score > 0.6)');

  test('scores both models, and the report says that it is part of the change', async () => {
    const project = changed(stricter);
    const verdict = await project.gate(1);
    expect(accuracyOf(verdict)?.baseline).toBe(accuracyOf(verdict)?.candidate);
    expect(verdict.models[0]?.rules[0]?.evidence.sentence).toMatch(
      /^On the rows that both have, by what was recorded/,
    );
    const summary = summaryOf(project);
    expect(summary).toContain('The code that scores (evaluate.py) changed. The stored model of');
    expect(summary).toContain('That code is part of this change');
    expect(summary).toMatch(/Of the 400 rows that both have, \d+ came out otherwise than recorded/);
  });

  test('to the same effect changes nothing', async () => {
    const project = changed((one) => one.edit('evaluate.py', 'import csv', '# Scores.\nimport csv'));
    expect((await project.gate(0)).verdict).toBe('pass');
    expect(summaryOf(project)).toContain('none came out otherwise than recorded');
  });

  test('that cannot read the old model leaves what was recorded to judge by', async () => {
    const project = changed(
      (one) => one.edit('train.py', '"threshold"', '"cut"'),
      (one) => one.edit('evaluate.py', '["threshold"]', '["cut"]'),
    );
    expect((await project.gate(0)).verdict).toBe('pass');
    expect(summaryOf(project)).toMatch(/was not scored again: Stage "evaluate" failed with exit code 1/);
  });
});
