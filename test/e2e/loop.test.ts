import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readRunRecord } from '../../src/formats/run-record.ts';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project } from '../rig/project.ts';

let recorded: Project;
let mainRecord: string;

beforeAll(async () => {
  recorded = makeProject({ 'docs.md': 'One.\n' });
  const [run] = await recorded.train();
  mainRecord = run?.record.id ?? '';
});
afterAll(removeFolders);

/** A branch off main with these params, committed. */
function change(params: string, config?: [string, string]): Project {
  const project = recorded.copy();
  project.ran();
  if (config) {
    project.edit('trainyard.yml', ...config);
    project.commit();
  }
  project.branch('change');
  project.edit('params.yaml', 'errors: 40', params);
  project.commit();
  return project;
}

describe('train on the default branch', () => {
  test('runs the stages and records the run in the ledger', () => {
    const project = recorded.copy();
    expect(project.ran()).toEqual(['train', 'evaluate']);
    const sha = project.git('rev-parse', 'main');
    const kept = project.git('show', `trainyard:commits/${sha.slice(0, 2)}/${sha}/churn.json`);
    const record = readRunRecord(kept, 'kept');
    expect(record).toMatchObject({
      id: mainRecord,
      status: 'succeeded',
      params: { 'params.yaml:errors': 40 },
    });
    expect(record.metrics.find(({ name }) => name === 'accuracy')).toMatchObject({ value: 0.9, n: 400 });
    expect(project.git('status', '--porcelain')).toBe('');
  });

  test('a second time runs nothing and writes nothing', async () => {
    const project = recorded.copy();
    project.ran();
    const tip = project.git('rev-parse', 'trainyard');
    const [run] = await project.train();
    expect(run).toMatchObject({ ledger: 'unchanged', record: { id: mainRecord } });
    expect(project.ran()).toEqual([]);
    expect(project.git('rev-parse', 'trainyard')).toBe(tip);
  });

  test('on a branch or on a dirty tree keeps the record on the laptop alone', async () => {
    const project = change('errors: 20');
    const tip = project.git('rev-parse', 'trainyard');
    expect((await project.train())[0]?.ledger).toBeNull();
    project.git('switch', '--quiet', 'main');
    project.edit('params.yaml', 'errors: 40', 'errors: 30');
    const [dirty] = await project.train();
    expect(dirty).toMatchObject({ ledger: null, record: { commit: { dirty: true, tree: null } } });
    expect(project.git('rev-parse', 'trainyard')).toBe(tip);
  });

  test('says what it did in one line for each model, with the log beside it', async () => {
    const { stdout, stderr, code } = await recorded.copy().run('train');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^churn\s+[0-9a-f]{20}\s+.*already in the ledger\n$/);
    expect(stderr).toContain('evaluate');
  });
});

describe('gate', () => {
  test('lets a better model pass', async () => {
    const project = change('errors: 20');
    const verdict = await project.gate(0);
    expect(verdict).toMatchObject({ verdict: 'pass', kind: 'pass', conclusion: 'success', exit: 0 });
    expect(verdict.models[0]).toMatchObject({ model: 'churn', baseline: mainRecord });
    expect(verdict.models[0]?.rules.map(({ rule, verdict: word }) => [rule, word])).toEqual([
      ['accuracy:min=0.7', 'pass'],
      ['accuracy:max-drop=0.02', 'pass'],
    ]);
    expect(verdict.models[0]?.metrics.find(({ name }) => name === 'accuracy')).toMatchObject({
      candidate: 0.95,
      baseline: 0.9,
      direction: 'higher',
    });
    expect(project.ran()).toEqual(['train', 'evaluate']);
  });

  test('stops a worse model', async () => {
    const project = change('errors: 80');
    const verdict = await project.gate(1);
    expect(verdict).toMatchObject({ verdict: 'fail', kind: 'fail', conclusion: 'failure' });
    expect(verdict.sentence).toContain('accuracy fell by 0.1');
  });

  test('says when it cannot tell, and lets it through', async () => {
    const verdict = await change('errors: 50').gate(0);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', kind: 'inconclusive', conclusion: 'neutral' });
  });

  test('blocks what it cannot tell where the base says so', async () => {
    const rules = 'gate:\n  - { metric: accuracy, min: 0.7, max-drop: 0.02 }\n';
    const blocking = `gate:\n  on-inconclusive: block\n  rules:\n    - { metric: accuracy, max-drop: 0.02 }\n`;
    const verdict = await change('errors: 50', [rules, blocking]).gate(4);
    expect(verdict).toMatchObject({
      verdict: 'inconclusive',
      kind: 'blocked',
      conclusion: 'action_required',
    });
  });

  test('shows everything and blocks nothing in a dry run', async () => {
    const rules = 'gate:\n  - {';
    const verdict = await change('errors: 80', [rules, 'gate:\n  dry-run: true\n  rules:\n  - {']).gate(0);
    expect(verdict).toMatchObject({ verdict: 'fail', kind: 'dry-run', conclusion: 'neutral' });
  });

  test('writes comment, check, summary, verdict and preview, all of the same verdict', async () => {
    const project = change('errors: 80');
    const verdict = await project.gate(1);
    expect(project.read('.trainyard/comment.md')).toContain('accuracy fell by 0.1');
    expect(JSON.parse(project.read('.trainyard/check.json'))).toMatchObject({
      name: 'trainyard',
      conclusion: 'failure',
      headSha: project.git('rev-parse', 'HEAD'),
      externalId: verdict.models[0]?.verdict_key,
      annotations: [{ path: 'trainyard.yml', line: 8, level: 'failure' }],
    });
    expect(project.read('.trainyard/summary.md')).toContain('accuracy fell by 0.1');
    expect(JSON.parse(project.read('.trainyard/verdict.json'))).toEqual(verdict);
    expect(project.read('.trainyard/preview.html')).toMatch(/^<!doctype html>/i);
    expect(project.git('status', '--porcelain')).toBe('');
  });

  test('says the verdict, each rule and where the report lies', async () => {
    const project = change('errors: 80');
    const { stdout, code } = await project.run('gate');
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^FAIL: accuracy:max-drop=0\.02 fails: accuracy fell by 0\.1/);
    expect(stdout).toMatch(/^ {2}fail {10}accuracy fell/m);
    expect(stdout).toMatch(/^ {2}pass {10}accuracy is 0\.8/m);
    expect(lines).toContain(`${project.folder}/.trainyard/preview.html`);
  });

  test('judges a dirty tree of the default branch against its own commit', async () => {
    const project = recorded.copy();
    project.edit('params.yaml', 'errors: 40', 'errors: 80');
    expect((await project.gate(1)).models[0]?.baseline).toBe(mainRecord);
  });

  test('judges an unchanged branch as equal to its base without running a stage', async () => {
    const project = recorded.copy();
    project.ran();
    project.branch('docs');
    project.write('docs.md', 'Two.\n');
    project.commit();
    expect(await project.gate(0)).toMatchObject({ verdict: 'pass' });
    expect(project.ran()).toEqual([]);
  });
});

describe('record after a merge', () => {
  let judged: Project;
  let candidate: string;

  beforeAll(async () => {
    judged = change('errors: 20');
    candidate = (await judged.gate(0)).models[0]?.candidate ?? '';
    judged.ran();
  });

  const advanceDocs = (project: Project) => {
    project.git('switch', '--quiet', 'main');
    project.write('docs.md', 'Two.\n');
    project.commit('Docs');
  };
  const merges: [string, (project: Project) => void][] = [
    ['a fast-forward', (p) => p.git('merge', '--quiet', '--ff-only', 'change')],
    ['a merge commit', (p) => p.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'change')],
    ['a squash', (p) => [p.git('merge', '--quiet', '--squash', 'change'), p.commit('Squashed')]],
    [
      'a merge commit on a base that advanced by docs',
      (p) => [advanceDocs(p), p.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'change')],
    ],
    [
      'a squash on a base that advanced by docs',
      (p) => [advanceDocs(p), p.git('merge', '--quiet', '--squash', 'change'), p.commit('Squashed')],
    ],
    [
      'a rebase on a base that advanced by docs',
      (p) => [
        advanceDocs(p),
        p.git('rebase', '--quiet', 'main', 'change'),
        p.git('switch', '-q', 'main'),
        p.git('merge', '-q', '--ff-only', 'change'),
      ],
    ],
  ];

  test.each(merges)('promotes the judged run after %s, training nothing', async (_, merge) => {
    const project = judged.copy();
    project.git('switch', '--quiet', 'main');
    merge(project);
    const [result] = await project.record();
    expect(result?.ledger).toBe('written');
    const own = project.git('rev-parse', 'change') === project.git('rev-parse', 'main');
    const head = project.git('rev-parse', 'HEAD');
    if (own && result?.how === 'recorded') expect(result.record.id).toBe(candidate);
    else expect(result).toMatchObject({ how: 'promoted', record: { promoted_from: candidate } });
    expect(result?.record.commit).toMatchObject({ built_sha: head, dirty: false });
    expect(project.ran()).toEqual([]);
    expect((await project.record())[0]).toMatchObject({ how: 'recorded', ledger: 'unchanged' });
  });

  test('the promoted record is the baseline of the next change', async () => {
    const project = judged.copy();
    project.git('switch', '--quiet', 'main');
    project.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'change');
    const [promoted] = await project.record();
    expect(promoted?.record.id).not.toBe(candidate);
    project.branch('next');
    project.edit('params.yaml', 'errors: 20', 'errors: 40');
    project.commit();
    const verdict = await project.gate(1);
    expect(verdict.models[0]?.baseline).toBe(promoted?.record.id);
    expect(project.ran()).toEqual([]);
    const id = promoted?.record.id as string;
    expect((await project.run('compare', '--candidate', id, '--baseline', mainRecord)).code).toBe(0);
    expect((await project.run('compare', '--candidate', id.slice(0, 8), '--baseline', 'main')).code).toBe(0);
  });

  test('a base that advanced by another configuration is not the one that was judged', async () => {
    const project = judged.copy();
    project.git('switch', '--quiet', 'main');
    project.edit('trainyard.yml', 'min: 0.7', 'min: 0.6');
    project.commit('Another bar');
    project.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'change');
    expect((await project.record())[0]?.how).toBe('trained');
  });

  test('without any run of it, record trains', async () => {
    const project = recorded.copy();
    project.ran();
    project.edit('params.yaml', 'errors: 40', 'errors: 30');
    project.commit();
    expect((await project.record())[0]).toMatchObject({ how: 'trained', ledger: 'written' });
    expect(project.ran()).toEqual(['train', 'evaluate']);
  });
});
