import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentOf, makeFolder, removeFolders, runCommand } from '../rig/command.ts';
import { makeProject, type Project, projectAt } from '../rig/project.ts';

let recorded: Project;

beforeAll(async () => {
  recorded = makeProject();
  await recorded.train();
  recorded.ran();
});
afterAll(removeFolders);

/** A clone of `from` with this history. */
function clone(from: Project, ...options: string[]): Project {
  const place = makeFolder();
  mkdirSync(join(place, 'home'));
  execFileSync('git', ['clone', '--quiet', ...options, `file://${from.folder}`, join(place, 'project')], {
    env: from.env,
    stdio: 'pipe',
  });
  return projectAt(place);
}

describe('a repository in an unusual state', () => {
  test('none at all', async () => {
    const folder = join(makeFolder(), 'bare');
    mkdirSync(folder);
    for (const verb of ['train', 'gate', 'record', 'evaluate']) {
      const { code, stdout, stderr } = await runCommand([verb], folder);
      expect({ verb, code, stdout }).toEqual({ verb, code: 2, stdout: '' });
      expect(stderr).toMatch(/^error: .*git/m);
      expect(stderr).toMatch(/how to mend it: /);
    }
  });

  test('empty: train and gate work without a commit, record asks for one', async () => {
    const project = makeProject({}, { commit: false });
    const [run] = await project.train();
    expect(run).toMatchObject({ ledger: null, record: { commit: { built_sha: null, dirty: true } } });
    expect(await project.gate(0)).toMatchObject({ kind: 'adoption' });
    const { code, stderr } = await project.run('record');
    expect(code).toBe(2);
    expect(stderr).toContain('error: There is no commit to record a run for: the repository is empty.');
  });

  test('dirty on a branch: judged, not recorded', async () => {
    const project = recorded.copy();
    project.branch('change');
    project.edit('params.yaml', 'errors: 40', 'errors: 20');
    expect((await project.gate(0)).verdict).toBe('pass');
    expect(project.read('.trainyard/summary.md')).toMatch(/uncommitted|dirty|not committed/i);
    const { code, stderr } = await project.run('record');
    expect(code).toBe(2);
    expect(stderr).toContain('The work tree differs from its commit');
  });

  test('detached on a commit of main: its parent is the base', async () => {
    const project = recorded.copy();
    const first = project.git('rev-parse', 'HEAD');
    project.edit('params.yaml', 'errors: 40', 'errors: 20');
    project.commit();
    project.git('checkout', '--quiet', '--detach');
    const verdict = await project.gate(0);
    expect(verdict.verdict).toBe('pass');
    expect(verdict.models[0]?.baseline).not.toBeNull();
    expect(project.git('rev-parse', 'HEAD~1')).toBe(first);
  });

  test('a shallow clone without the merge base says how to deepen it, and blocks nothing by margins', async () => {
    const origin = recorded.copy();
    origin.branch('change');
    origin.edit('params.yaml', 'errors: 40', 'errors: 80');
    origin.commit();
    origin.git('switch', '--quiet', 'main');
    origin.write('docs.md', 'New.\n');
    origin.commit();
    const project = clone(origin, '--depth=1', '--branch=change', '--no-single-branch');
    const verdict = await project.gate(0);
    expect(verdict.models[0]?.baseline).toBeNull();
    expect(project.read('.trainyard/summary.md')).toContain('git fetch --unshallow');
  });

  test('a clone finds the ledger on the branch it fetched', async () => {
    const origin = recorded.copy();
    origin.branch('change');
    origin.edit('params.yaml', 'errors: 40', 'errors: 20');
    origin.commit();
    origin.git('switch', '--quiet', 'main');
    const project = clone(origin);
    project.git('switch', '--quiet', 'change');
    const verdict = await project.gate(0);
    expect(verdict.verdict).toBe('pass');
    expect(project.read('.trainyard/summary.md')).toContain('its predictions are no longer in the store');
  });

  test('in a folder below the root, files are named from there and the project is the whole', async () => {
    const project = recorded.copy();
    mkdirSync(join(project.folder, 'notes'));
    project.write('notes/m.json', '{"loss": 1}');
    const below = { ...project, folder: join(project.folder, 'notes') };
    const finished = await runCommand(
      ['compare', '--candidate', 'm.json', '--baseline', 'm.json', '--json'],
      below.folder,
    );
    expect(finished.code).toBe(0);
    const trained = await runCommand(['train', '--json'], below.folder);
    expect(trained.code).toBe(0);
    expect(documentOf(trained)).toMatchObject({ runs: [{ model: 'churn' }] });
  });

  test('a linked worktree is a work tree of its own', async () => {
    const project = recorded.copy();
    project.git('worktree', 'add', '--quiet', '-b', 'change', '../linked');
    const linked = { ...projectAt(join(project.folder, '..')), folder: join(project.folder, '..', 'linked') };
    const { code, stdout } = await runCommand(['gate', '--json'], linked.folder);
    expect([code, JSON.parse(stdout).verdict]).toEqual([0, 'pass']);
  });
});
