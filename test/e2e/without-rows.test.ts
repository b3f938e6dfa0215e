import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readRunRecord } from '../../src/formats/run-record.ts';
import type { VerdictDocument } from '../../src/schema/verdict.types.ts';
import type { CompareDocument } from '../../src/verbs/compare.ts';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project } from '../rig/project.ts';

/** A pipeline that writes metrics and no predictions: what `scores.json` says. */
const config = `version: 1
model: churn
pipeline:
  train: { run: cp scores.json model.txt, deps: [scores.json], outs: [model.txt] }
  evaluate: { run: cp model.txt metrics.json, deps: [model.txt], metrics: [metrics.json] }
gate:
  - { metric: accuracy, max-drop: 0.02 }
`;

const begin = (scores: object) =>
  makeProject({ 'trainyard.yml': config, 'scores.json': JSON.stringify(scores) });

function change(project: Project, scores: object): Project {
  const copy = project.copy();
  copy.branch('change');
  copy.write('scores.json', JSON.stringify(scores));
  copy.commit();
  return copy;
}

const ruleOf = (document: VerdictDocument) => document.models[0]?.rules[0];

afterAll(removeFolders);

describe('gate without predictions', () => {
  const folds = (...values: number[]) => ({ accuracy: { folds: values, test_train_ratio: 0.25 } });
  const before = [0.9, 0.88, 0.91, 0.89, 0.92];
  const lower = (by: number) => before.map((value, i) => value - by + (i % 2) / 500);
  let project: Project;

  beforeAll(async () => {
    project = begin(folds(...before));
    await project.train();
  });

  test('pairs the folds of a change with those that the record of its base keeps', async () => {
    const sha = project.git('rev-parse', 'main');
    const kept = project.git('show', `trainyard:commits/${sha.slice(0, 2)}/${sha}/churn.json`);
    const [metric] = readRunRecord(kept, 'kept').metrics;
    expect(metric).toMatchObject({
      name: 'accuracy',
      value: 0.9,
      uncertainty: { kind: 'splits', test_train_ratio: 0.25 },
    });

    const passed = ruleOf(await change(project, folds(...lower(0.005))).gate(0));
    expect(passed).toMatchObject({ verdict: 'pass', evidence: { method: 'corrected-t', n: 5 } });
    const failed = ruleOf(await change(project, folds(...lower(0.1))).gate(1));
    expect(failed).toMatchObject({ verdict: 'fail', evidence: { method: 'corrected-t', n: 5 } });
    expect(failed?.evidence.sentence).toContain('5 splits');
  });

  test('decides nothing where a change leaves the folds out', async () => {
    const left = ruleOf(await change(project, { accuracy: 0.9 }).gate(0));
    expect(left).toMatchObject({
      verdict: 'inconclusive',
      evidence: { method: 'corrected-t', interval: null },
    });
  });

  test('says in the comment how it was judged', async () => {
    const copy = change(project, folds(...lower(0.1)));
    await copy.gate(1);
    expect(copy.read('.trainyard/comment.md')).toMatch(/corrected resampled t · n 5 splits/);
  });
});

describe('gate beside earlier runs', () => {
  const values = [0.9, 0.905, 0.895, 0.901, 0.91, 0.902, 0.898, 0.904];
  let project: Project;

  beforeAll(async () => {
    project = begin({ accuracy: values[0] });
    await project.train();
    for (const accuracy of values.slice(1)) {
      project.write('scores.json', JSON.stringify({ accuracy }));
      project.commit();
      await project.train();
    }
  });

  test('judges a single number by the spread of eight of them', async () => {
    const rule = ruleOf(await change(project, { accuracy: 0.903 }).gate(0));
    expect(rule).toMatchObject({ verdict: 'pass', evidence: { method: 'prediction-interval', n: 8 } });
    expect(rule?.evidence.estimate).toBeCloseTo(0.903 - 7.215 / 8, 12);
    expect(rule?.evidence.sentence).toContain('Judged against the mean of 8 earlier runs');
    expect(ruleOf(await change(project, { accuracy: 0.85 }).gate(1))).toMatchObject({ verdict: 'fail' });
    expect(ruleOf(await change(project, { accuracy: 0.882 }).gate(0))).toMatchObject({
      verdict: 'inconclusive',
    });
  });

  test('counts a run once, however many commits it stands for', async () => {
    const copy = project.copy();
    copy.git('switch', '--quiet', '--detach', 'HEAD~1');
    copy.git('switch', '--quiet', '--force-create', 'main');
    const tip = copy.git('rev-parse', 'trainyard');
    for (const name of ['a', 'b']) {
      copy.write(`${name}.md`, name);
      copy.commit();
      await copy.record();
    }
    expect(copy.git('rev-list', '--count', `${tip}..trainyard`)).toBe('2');
    const rule = ruleOf(await change(copy, { accuracy: 0.903 }).gate(0));
    expect(rule?.evidence).toMatchObject({ method: 'prediction-interval', n: 8 });
  });

  test('leaves out runs that were scored by other code', async () => {
    const copy = project.copy();
    copy.edit('trainyard.yml', 'cp model.txt metrics.json', 'cat model.txt > metrics.json');
    copy.commit();
    await copy.train();
    const rule = ruleOf(await change(copy, { accuracy: 0.903 }).gate(0));
    expect(rule).toMatchObject({ verdict: 'pass', evidence: { method: 'point' } });
  });
});

describe('compare of two metrics files', () => {
  let project: Project;
  beforeAll(() => {
    project = makeProject();
  });

  const compare = (code: number, candidate: object, baseline: object, rule: string) => {
    project.write('a.json', JSON.stringify(candidate));
    project.write('b.json', JSON.stringify(baseline));
    const sides = ['--candidate', 'a.json', '--baseline', 'b.json'];
    return project.json<CompareDocument>(code, 'compare', ...sides, '--rule', rule);
  };

  test.each<[string, string, object, object, string]>([
    [
      'seeds',
      'paired-t',
      { roc_auc: { seeds: { 1: 0.8, 2: 0.82, 3: 0.81 } } },
      { roc_auc: { seeds: { 3: 0.8, 2: 0.811, 1: 0.792 } } },
      'roc_auc:max-drop=0.01',
    ],
    [
      'lm-evaluation-harness',
      'z',
      { results: { arc: { 'acc,none': 0.7, 'acc_stderr,none': 0.01 } } },
      { results: { arc: { 'acc,none': 0.69, 'acc_stderr,none': 0.01 } } },
      'results.arc.acc,none:max-drop=0.05',
    ],
    [
      'cross_validate',
      'corrected-t',
      { fit_time: [1, 1], score_time: [1, 1], test_roc_auc: [0.8, 0.81], test_train_ratio: 1 },
      { fit_time: [1, 1], score_time: [1, 1], test_roc_auc: [0.8, 0.811], test_train_ratio: 1 },
      'test_roc_auc:max-drop=0.05',
    ],
  ])('of %s is judged by %s', async (_, method, candidate, baseline, rule) => {
    const { rules } = await compare(0, candidate, baseline, rule);
    expect(rules).toMatchObject([{ rule, verdict: 'pass', evidence: { method } }]);
    expect(rules[0]?.evidence.interval).not.toBeNull();
  });
});
