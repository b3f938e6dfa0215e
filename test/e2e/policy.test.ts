import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project, plainConfig } from '../rig/project.ts';

let recorded: Project;

beforeAll(async () => {
  recorded = makeProject();
  await recorded.train();
  recorded.ran();
});
afterAll(removeFolders);

/** A branch whose model is better, with further edits of the configuration. */
function change(...edits: [string | RegExp, string][]): Project {
  const project = recorded.copy();
  project.branch('change');
  project.edit('params.yaml', 'errors: 40', 'errors: 20');
  for (const edit of edits) project.edit('trainyard.yml', ...edit);
  project.commit();
  return project;
}

describe('whose rules judge', () => {
  test('without a configuration on the base its own rules are shown and block nothing', async () => {
    const project = makeProject();
    project.remove('trainyard.yml');
    project.commit('None yet');
    project.branch('adopt');
    project.write('trainyard.yml', plainConfig);
    project.edit('params.yaml', 'errors: 40', 'errors: 200');
    project.commit('Adopt');
    const verdict = await project.gate(0);
    expect(verdict).toMatchObject({ kind: 'adoption', verdict: 'fail', conclusion: 'neutral' });
    expect(verdict.sentence).toContain('The base has no policy yet, so nothing is blocked.');
  });

  test('a base whose configuration is broken is said so, and blocks nothing', async () => {
    const project = makeProject({ 'trainyard.yml': 'version: 1\nmodel: churn\npipelines: {}\n' });
    project.branch('mend');
    project.write('trainyard.yml', plainConfig);
    project.commit('Mend');
    const verdict = await project.gate(0);
    expect(verdict.kind).toBe('adoption');
    expect(verdict.models[0]?.notes.join()).toMatch(/The base's configuration cannot be read:.*pipelines/s);
  });

  test.each<[string, [string | RegExp, string], string]>([
    ['a lower bar', ['min: 0.7', 'min: 0.6'], 'accuracy:min'],
    ['a wider margin', ['max-drop: 0.02', 'max-drop: 0.5'], 'accuracy:max-drop'],
    ['a rule taken away', [', max-drop: 0.02', ''], 'accuracy:max-drop'],
    ['all rules taken away', [/gate:[\s\S]*/, ''], 'accuracy:min'],
    ['a rule that only warns', ['max-drop: 0.02 }', 'max-drop: 0.02, level: warn }'], 'accuracy'],
    ['a dry run', ['gate:\n', 'gate:\n  dry-run: true\n  rules:\n'], 'dry-run'],
    ['another baseline', ['\ngate:', '\nbaseline: production\ngate:'], 'baseline'],
    [
      'another column for labels',
      ['\ngate:', '\npredictions: { columns: { label: prediction } }\ngate:'],
      'columns.label',
    ],
  ])('a change that loosens its own gate by %s fails although the model is better', async (_, edit, what) => {
    const project = change(edit);
    const verdict = await project.gate(1);
    expect(verdict).toMatchObject({ kind: 'fail', conclusion: 'failure' });
    expect(verdict.sentence).toMatch(/^This change loosens its own gate: /);
    expect(verdict.sentence).toContain(what);
    expect(project.read('.trainyard/comment.md')).toContain('loosens its own gate');
  });

  test('a loosened rule does not save a worse model, and stays the reason', async () => {
    const project = change(['max-drop: 0.02', 'max-drop: 0.5']);
    project.edit('params.yaml', 'errors: 20', 'errors: 80');
    project.commit();
    const verdict = await project.gate(1);
    expect(verdict.sentence).toMatch(/^accuracy:max-drop=0\.02 fails: .* This change loosens its own gate/);
  });

  test('a tightened gate judges already', async () => {
    const verdict = await change(['min: 0.7', 'min: 0.99']).gate(1);
    expect(verdict.sentence).toMatch(/^accuracy:min=0\.99 fails/);
    expect(verdict.sentence).not.toContain('loosens');
  });

  test('a tightened gate that holds passes', async () => {
    const verdict = await change(['min: 0.7', 'min: 0.8']).gate(0);
    expect(verdict.verdict).toBe('pass');
    expect(verdict.models[0]?.rules.map(({ rule }) => rule).sort()).toEqual([
      'accuracy:max-drop=0.02',
      'accuracy:min=0.7',
      'accuracy:min=0.8',
    ]);
  });

  test('moving a rule to another line changes nothing, not even the key of the verdict', async () => {
    const plain = await change().gate(0);
    const moved = await change(['gate:\n', '# A word about it.\n\ngate:\n']).gate(0);
    expect(moved.models[0]?.verdict_key).toBe(plain.models[0]?.verdict_key);
  });

  test('moving the configuration to .github changes no rule', async () => {
    const project = change();
    project.git('mv', '-k', 'trainyard.yml', 'moved.yml');
    project.write('.github/trainyard.yml', project.read('moved.yml'));
    project.remove('moved.yml');
    project.commit('Move');
    expect(await project.gate(0)).toMatchObject({ verdict: 'pass', kind: 'pass' });
  });

  test('removing the configuration is an error', async () => {
    const project = change();
    project.remove('trainyard.yml');
    project.commit('Remove');
    const { code, stderr } = await project.run('gate');
    expect(code).toBe(2);
    expect(stderr).toContain('error: trainyard.yml: There is no trainyard.yml in this project.');
  });
});

describe('test rows that changed', () => {
  const rows: [string, string][] = [
    ['fewer rows', 'rows: 300'],
    ['more rows', 'rows: 500'],
  ];
  test.each(rows)('%s cannot be judged against the recorded ones', async (_, params) => {
    const project = change();
    project.edit('params.yaml', 'rows: 400', params);
    project.commit();
    const verdict = await project.gate(2);
    expect(verdict.verdict).toBe('error');
    expect(verdict.models[0]?.rules.find(({ rule }) => rule.includes('drop'))?.evidence).toMatchObject({
      state: 'rows-changed',
      estimate: null,
    });
    expect(verdict.sentence).toContain('The test rows changed: ');
  });

  test('the base may let the shared ones judge, and the sentence says so', async () => {
    const project = makeProject({
      'trainyard.yml': plainConfig.replace('gate:\n', 'gate:\n  on-rows-changed: shared\n  rules:\n'),
    });
    project.branch('change');
    project.edit('params.yaml', 'rows: 400', 'rows: 500');
    project.edit('params.yaml', 'errors: 40', 'errors: 20');
    project.commit();
    const verdict = await project.gate(0);
    const rule = verdict.models[0]?.rules.find((one) => one.rule.includes('drop'));
    expect(rule).toMatchObject({ verdict: 'pass', evidence: { n: 400 } });
    expect(rule?.evidence.sentence).toContain('only the rows both sides share are judged');
  });

  test('a change may not allow that for itself', async () => {
    const project = change(['gate:\n', 'gate:\n  on-rows-changed: shared\n  rules:\n']);
    project.edit('params.yaml', 'rows: 400', 'rows: 500');
    project.commit();
    expect((await project.gate(1)).sentence).toContain('on-rows-changed');
  });

  test('another order of the same rows is none', async () => {
    const project = change();
    project.edit('evaluate.sh', 'for (i = 0; i < rows; i++) {', 'for (i = rows - 1; i >= 0; i--) {');
    project.commit();
    const verdict = await project.gate(0);
    expect(verdict.models[0]?.rules.find(({ rule }) => rule.includes('drop'))).toMatchObject({
      verdict: 'pass',
      evidence: { estimate: expect.closeTo(0.05, 10), n: 400 },
    });
  });
});

describe('a verdict stands', () => {
  /** A model that is as good as $HOME/luck says, which no configuration declares. */
  async function unlucky(first: string): Promise<Project> {
    const project = recorded.copy();
    project.branch('change');
    project.write('train.sh', 'sed "s/errors: .*/errors: $(cat "$HOME/luck")/" params.yaml > model.txt\n');
    project.commit();
    project.write('../home/luck', first);
    return project;
  }
  const again = (project: Project, luck: string) => {
    project.remove('.trainyard/cache/stages');
    for (const made of ['model.txt', 'metrics.json', 'predictions.csv']) project.remove(made);
    project.write('../home/luck', luck);
  };

  test.each([
    ['80', 'fail', 1, '20', 'pass'],
    ['20', 'pass', 0, '80', 'fail'],
  ])('with %s errors first: %s, however the next attempt ends', async (luck, kind, exit, next, other) => {
    const project = await unlucky(luck);
    const first = await project.gate(exit as number);
    expect(first.kind).toBe(kind);
    again(project, next);
    project.ran();
    const second = await project.gate(exit as number);
    expect(project.exists('model.txt')).toBe(true);
    expect(second).toMatchObject({ kind, exit, sentence: first.sentence });
    expect(second.models[0]?.metrics).not.toEqual(first.models[0]?.metrics);
    const note = `The first verdict on these inputs stands (${kind}). This attempt alone would have been "${other}": `;
    expect(second.models[0]?.notes.join()).toContain(note);
    expect(project.read('.trainyard/comment.md')).toContain('The first verdict on these inputs stands');
  });

  test('an error does not: the next attempt is judged', async () => {
    const project = await unlucky('80');
    project.write('../home/luck', 'x');
    project.remove('../home/luck');
    project.edit('train.sh', 'sed', 'test -f "$HOME/luck" || exit 7\nsed');
    project.commit();
    expect((await project.gate(2)).sentence).toContain('train');
    project.write('../home/luck', '20');
    expect((await project.gate(0)).verdict).toBe('pass');
  });

  test.each([
    ['is no verdict', () => '{"verdict":"pass"}'],
    ['is about another key', (kept: string) => kept.replace(/"verdict_key": ?"./g, '"verdict_key":"_')],
    ['is of two minds', (kept: string) => kept.replace(/"kind": ?"pass"/, '"kind":"fail"')],
  ])('a standing verdict that %s is an error naming its file', async (_why, broken) => {
    const project = change();
    await project.gate(0);
    const [file] = project.list('.trainyard/verdicts');
    const path = `.trainyard/verdicts/${file}`;
    const before = project.read(path);
    project.write(path, broken(before));
    expect(project.read(path)).not.toBe(before);

    const verdict = await project.gate(2);

    expect(verdict.sentence).toMatch(/^The standing verdict [0-9a-f]{12} cannot be read/);
  });
});
