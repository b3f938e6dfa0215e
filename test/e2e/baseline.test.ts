import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project, plainConfig } from '../rig/project.ts';

afterAll(removeFolders);

/** The plain configuration with this baseline. */
const against = (baseline: string) => plainConfig.replace('\ngate:', `\nbaseline: ${baseline}\ngate:`);
const baselineOf = (verdict: Awaited<ReturnType<Project['gate']>>) => verdict.models[0]?.baseline;
const refusals = (project: Project) => project.read('.trainyard/summary.md');

function change(project: Project, errors: string): Project {
  project.branch('change');
  project.edit('params.yaml', /errors: \d+/, `errors: ${errors}`);
  project.commit();
  project.ran();
  return project;
}

/** Writes to the ledger that a commit's model is live in production. */
function deployed(project: Project, commit: string): void {
  const since = '2026-03-01T10:00:00.000Z';
  const version = {
    deployment: 'a'.repeat(20),
    version: '1.0.0',
    digest: 'b'.repeat(64),
    verdict: 'pass',
    since,
  };
  const state = {
    ...{ schema: 'trainyard/environment', version: 1, environment: 'production', model: 'churn', fence: 1 },
    ...{ open: null, live: { ...version, commit }, good: [], blocked: [], recent: [], segments: 0 },
  };
  project.git('worktree', 'add', '--quiet', '../ledger', 'trainyard');
  project.write('../ledger/deployments/production/churn/state.json', JSON.stringify(state));
  project.git('-C', '../ledger', 'add', '--all');
  project.git('-C', '../ledger', 'commit', '--quiet', '-m', 'Deployed');
  project.git('worktree', 'remove', '../ledger');
}

describe('a baseline that nobody recorded', () => {
  test('is promoted from a run made from the same tree, which nothing runs again', async () => {
    const project = makeProject();
    project.branch('same');
    const [same] = await project.train();
    expect(same?.ledger).toBeNull();
    project.git('switch', '--quiet', 'main');
    const verdict = await change(project, '20').gate(0);
    expect(baselineOf(verdict)).toBe(same?.record.id);
    expect(project.ran()).toEqual(['train', 'evaluate']);
  });

  test('is promoted from a run made from the same inputs under the same configuration', async () => {
    const project = makeProject();
    project.branch('same');
    const [same] = await project.train();
    project.git('switch', '--quiet', 'main');
    project.write('docs.md', 'New.\n');
    project.commit('Docs');
    const verdict = await change(project, '20').gate(0);
    expect(baselineOf(verdict)).toBe(same?.record.id);
    expect(project.ran()).toEqual(['train', 'evaluate']);
  });

  test('is computed in a worktree of the base, which is removed and recorded nowhere', async () => {
    const project = change(makeProject(), '20');
    const verdict = await project.gate(0);
    expect(verdict.verdict).toBe('pass');
    expect(verdict.models[0]?.metrics.find(({ name }) => name === 'accuracy')?.baseline).toBe(0.9);
    expect(project.ran().sort()).toEqual(['evaluate', 'evaluate', 'train', 'train']);
    expect(project.git('worktree', 'list').split('\n')).toHaveLength(1);
    expect(project.list('.trainyard/worktrees')).toEqual([]);
    expect(project.git('branch', '--list', 'trainyard')).toBe('');
    await project.gate(0);
    expect(project.ran()).toEqual([]);
  });

  test('whose pipeline fails is an error that says so, not a missing baseline', async () => {
    const project = makeProject({ 'train.sh': 'echo no >&2; exit 3\n' });
    project.branch('change');
    project.write('train.sh', 'cp params.yaml model.txt\n');
    project.commit();
    const verdict = await project.gate(2);
    expect(verdict.sentence).toMatch(/^The baseline could not be computed at [0-9a-f]{7}: .*train/);
    expect(project.list('.trainyard/worktrees')).toEqual([]);
  });

  test('on the first commit is none: adoption', async () => {
    const project = makeProject();
    const verdict = await project.gate(0);
    expect(verdict).toMatchObject({ kind: 'adoption', conclusion: 'neutral' });
    expect(baselineOf(verdict)).toBeNull();
    expect(verdict.models[0]?.rules.map(({ verdict: word, evidence }) => [word, evidence.state])).toEqual([
      ['pass', 'ok'],
      [null, 'no-baseline'],
    ]);
  });
});

describe('baseline: production', () => {
  test('is not judged until a deployment is recorded; bars still are', async () => {
    const project = change(makeProject({ 'trainyard.yml': against('production') }), '20');
    const verdict = await project.gate(0);
    expect(verdict.kind).toBe('pass');
    expect(verdict.models[0]?.rules.map(({ verdict: word }) => word)).toEqual(['pass', null]);
    expect(refusals(project)).toContain('No deployment is recorded yet');
  });

  test('is the run of the version that is live in production', async () => {
    const project = makeProject({ 'trainyard.yml': against('production') });
    const [live] = await project.train();
    const sha = live?.record.commit.built_sha as string;
    deployed(project, sha);
    project.edit('params.yaml', /errors: \d+/, 'errors: 12');
    project.commit();
    await project.train();

    const verdict = await change(project, '30').gate(0);

    expect(baselineOf(verdict)).toBe(live?.record.id);
    expect(verdict.models[0]?.rules.map(({ verdict: word }) => word)).toEqual(['pass', 'pass']);
  });

  test('without a bar nothing is judged, which blocks nothing', async () => {
    const config = against('production').replace('min: 0.7, ', '');
    const verdict = await change(makeProject({ 'trainyard.yml': config }), '20').gate(0);
    expect(verdict).toMatchObject({ kind: 'not-judged', verdict: null, conclusion: 'neutral' });
  });

  test('a bar that is not met fails without any baseline', async () => {
    const verdict = await change(makeProject({ 'trainyard.yml': against('production') }), '200').gate(1);
    expect(verdict.kind).toBe('fail');
  });
});

describe('a history of three recorded runs', () => {
  let history: Project;
  const records: string[] = [];
  const commits: string[] = [];

  beforeAll(async () => {
    history = makeProject({ 'trainyard.yml': against('auto') });
    for (const errors of ['40', '12', '60']) {
      if (errors !== '40') {
        history.edit('params.yaml', /errors: \d+/, `errors: ${errors}`);
        history.commit(`Errors ${errors}`);
      }
      const [run] = await history.train();
      records.push(run?.record.id ?? '');
      commits.push(run?.record.commit.built_sha ?? '');
    }
    history.git('tag', '-a', 'v1.2.0', '-m', 'Release', commits[0] as string);
    history.git('tag', 'v1.10.0-rc1', commits[1] as string);
    history.git('tag', 'nightly', commits[1] as string);
  });

  /** A change on top of the history whose base judges against \`baseline\`, by name where it is known only now. */
  function judged(baseline: string, rules = 'max-drop: 0.02 }'): Project {
    const project = history.copy();
    project.edit('trainyard.yml', 'baseline: auto', `baseline: ${baseline}`);
    project.edit('trainyard.yml', 'min: 0.7, max-drop: 0.02 }', rules);
    project.commit('Judge otherwise');
    return change(project, '30');
  }

  test.each([
    ['best', 'best', 1, 1],
    ['tag: the newest release, neither a candidate nor another tag', 'tag', 0, 0],
    ['base: the last commit of main', 'base', -1, 0],
  ])('%s', async (_, baseline, index, exit) => {
    const verdict = await judged(baseline).gate(exit);
    if (index >= 0) expect(baselineOf(verdict)).toBe(records[index]);
    else expect(verdict.models[0]?.metrics.find(({ name }) => name === 'accuracy')?.baseline).toBe(0.85);
  });

  test('a run id, whole or its beginning', async () => {
    expect(baselineOf(await judged(`"${records[1]}"`).gate(1))).toBe(records[1]);
    expect(baselineOf(await judged(`"${records[0]?.slice(0, 8)}"`).gate(0))).toBe(records[0]);
  });

  test('a commit, whole or its beginning, a branch, a tag', async () => {
    expect(baselineOf(await judged(`"${commits[1]}"`).gate(1))).toBe(records[1]);
    expect(baselineOf(await judged(`"${commits[0]?.slice(0, 12)}"`).gate(0))).toBe(records[0]);
    expect(baselineOf(await judged('nightly').gate(1))).toBe(records[1]);
  });

  test('neither a run nor a commit is an error that says what it may be', async () => {
    const verdict = await judged('v9.9.9').gate(2);
    expect(verdict.sentence).toContain('The baseline "v9.9.9" is neither a run id nor a commit');
  });

  test('a revision that reads as an option of git is only a name', async () => {
    expect((await judged('--output=stolen').gate(2)).sentence).toContain('neither a run id nor a commit');
  });

  test('each rule may have another', async () => {
    const rules = `max-drop: 0.02 }\n  - { metric: accuracy, max-drop: 0.02, against: best }\n  - { metric: accuracy, max-drop: 0.02, against: tag }\n  - { metric: accuracy, max-drop: 0.02, against: production }`;
    const verdict = await judged('base', rules).gate(1);
    const words = Object.fromEntries(verdict.models[0]?.rules.map((rule) => [rule.rule, rule.verdict]) ?? []);
    expect(words).toEqual({
      'accuracy:max-drop=0.02': 'pass',
      'accuracy:max-drop=0.02,against=best': 'fail',
      'accuracy:max-drop=0.02,against=tag': 'pass',
      'accuracy:max-drop=0.02,against=production': null,
    });
  });
});

describe('a recorded baseline that cannot be used', () => {
  test('whose predictions are gone is refused with the reason and computed anew', async () => {
    const project = makeProject();
    await project.train();
    change(project, '20');
    project.remove('.trainyard');
    const verdict = await project.gate(0);
    expect(verdict.verdict).toBe('pass');
    expect(project.ran()).toHaveLength(4);
    expect(refusals(project)).toContain('its predictions are no longer in the store');
  });

  test('of a newer schema is an error that asks for an upgrade', async () => {
    const project = makeProject();
    const [run] = await project.train();
    const sha = run?.record.commit.built_sha as string;
    const path = `commits/${sha.slice(0, 2)}/${sha}/churn.json`;
    const record = JSON.parse(project.git('show', `trainyard:${path}`));
    project.git('worktree', 'add', '--quiet', '../ledger', 'trainyard');
    project.write(`../ledger/${path}`, JSON.stringify({ ...record, version: 2, rules: [] }));
    project.git('-C', '../ledger', 'commit', '--quiet', '--all', '-m', 'Newer');
    project.git('worktree', 'remove', '../ledger');
    const verdict = await change(project, '20').gate(2);
    expect(verdict.sentence).toMatch(/version 2/);
  });
});
