import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentOf, removeFolders } from '../rig/command.ts';
import { makeProject, type Project } from '../rig/project.ts';

afterAll(removeFolders);

/** A stage that says that it runs and then sleeps, in a child too, until it is told to go on. */
const sleeping = `echo here >> "$HOME/started"
test -f "$HOME/go" || { sleep 300 & echo $! > "$HOME/child"; wait; exit 5; }
cp params.yaml model.txt
`;

async function until(condition: () => boolean, what: string): Promise<void> {
  const limit = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > limit) throw new Error(`Nothing for 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether the process that the stage started still lives. */
function childLives(project: Project): boolean {
  const pid = Number(readFileSync(join(project.home, 'child'), 'utf8'));
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const locks = (project: Project) => project.list('.trainyard/locks').filter((name) => name.endsWith('.lock'));
const records = (project: Project) =>
  project.list('.trainyard/runs').filter((name) => name.endsWith('.json'));

async function started(project: Project, verb: string, ...args: string[]) {
  const run = project.start(verb, ...args);
  await until(() => project.exists('../home/child'), `the stage of ${verb} runs`);
  return run;
}

describe('a run that is cancelled while a stage runs', () => {
  test.each([
    ['train', 'SIGINT'],
    ['train', 'SIGTERM'],
    ['gate', 'SIGINT'],
    ['record', 'SIGINT'],
  ] as const)('%s on %s: 130, no child, no lock, no record; the next run works', async (verb, signal) => {
    const project = makeProject({ 'train.sh': sleeping });
    const { child, finished } = await started(project, verb, '--json');
    child.kill(signal);
    const ended = await finished;
    expect(ended.code).toBe(130);
    expect(documentOf(ended)).toMatchObject({ kind: 'cancelled', verdict: null, exit: 130 });
    expect(childLives(project)).toBe(false);
    expect(locks(project)).toEqual([]);
    expect(records(project)).toEqual([]);
    expect(project.list('.trainyard/verdicts')).toEqual([]);
    expect(project.git('branch', '--list', 'trainyard')).toBe('');
    project.write('../home/go', '');
    expect((await project.train())[0]?.ledger).toBe('written');
  });

  test('gate while it computes the baseline: the worktree is gone', async () => {
    const project = makeProject({ 'train.sh': sleeping });
    project.branch('change');
    project.write('train.sh', 'cp params.yaml model.txt\n');
    project.commit();
    const { child, finished } = await started(project, 'gate', '--json');
    expect(project.list('.trainyard/worktrees')).not.toEqual([]);
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    expect(childLives(project)).toBe(false);
    expect(project.list('.trainyard/worktrees')).toEqual([]);
    expect(project.git('worktree', 'list').split('\n')).toHaveLength(1);
    project.write('../home/go', '');
    expect((await project.gate(0)).verdict).toBe('pass');
  });

  test('a person reads that it was cancelled, and no bug', async () => {
    const project = makeProject({ 'train.sh': sleeping });
    const { child, finished } = await started(project, 'train');
    child.kill('SIGINT');
    const { stderr, stdout } = await finished;
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^cancelled: /m);
    expect(stderr).not.toMatch(/bug in trainyard|^error/m);
  });
});

describe('a run that is cancelled while it judges', () => {
  let project: Project;

  beforeAll(async () => {
    project = makeProject();
    project.edit('trainyard.yml', /gate:[\s\S]*/, 'gate:\n  - { metric: roc_auc, max-drop: 0.02 }\n');
    project.edit('params.yaml', 'rows: 400', 'rows: 30000');
    project.commit();
    await project.train();
    project.branch('change');
    project.edit('params.yaml', 'errors: 40', 'errors: 50');
    project.commit();
    await project.train();
  });

  test.each([['gate'], ['compare', '--rule', 'roc_auc:max-drop=0.02']])(
    '%s ends with 130 and no verdict',
    async (verb, ...args) => {
      const { child, said, finished } = project.start(verb, ...args, '--json');
      await until(() => /^evaluate +unchanged/m.test(said.stderr), 'the stages are done');
      child.kill('SIGINT');
      const ended = await finished;
      expect(ended.code).toBe(130);
      expect(documentOf(ended)).toMatchObject({ verdict: null });
      expect(project.list('.trainyard/verdicts')).toEqual([]);
    },
  );

  test('the next gate judges', async () => {
    expect((await project.gate(0)).models[0]?.rules).toHaveLength(1);
  });
});

test('kill -9 while a stage runs: the next run takes over', async () => {
  const project = makeProject({ 'train.sh': sleeping });
  const { child, finished } = await started(project, 'train');
  child.kill('SIGKILL');
  await finished;
  const pid = Number(project.read('../home/child'));
  project.write('../home/go', '');
  const [run] = await project.train();
  expect(run).toMatchObject({ ledger: 'written', record: { status: 'succeeded', attempt: 2 } });
  expect(locks(project)).toEqual([]);
  execFileSync('sh', ['-c', `kill ${pid} 2>/dev/null || true`]);
});

describe('two at once', () => {
  test('gates of one work tree wait for each other and agree', async () => {
    const project = makeProject();
    await project.train();
    project.ran();
    project.branch('change');
    project.edit('params.yaml', 'errors: 40', 'errors: 20');
    project.commit();
    const [a, b] = await Promise.all([project.gate(0), project.gate(0)]);
    expect([a.verdict, b.verdict]).toEqual(['pass', 'pass']);
    expect(a.models[0]?.verdict_key).toBe(b.models[0]?.verdict_key);
    expect(a.models[0]?.rules).toEqual(b.models[0]?.rules);
    expect(project.ran()).toEqual(['train', 'evaluate']);
    expect(project.list('.trainyard/verdicts')).toHaveLength(1);
  });

  test('train and record of one commit leave one record of it', async () => {
    const project = makeProject();
    const [[trained], [recorded]] = await Promise.all([project.train(), project.record()]);
    const sha = project.git('rev-parse', 'HEAD');
    const kept = JSON.parse(project.git('show', `trainyard:commits/${sha.slice(0, 2)}/${sha}/churn.json`));
    expect([trained?.record.id, recorded?.record.id]).toContain(kept.id);
    expect(project.ran()).toEqual(['train', 'evaluate']);
    expect((await project.record())[0]).toMatchObject({ how: 'recorded', ledger: 'unchanged' });
  });
});
