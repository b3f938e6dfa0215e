import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project } from '../rig/project.ts';
import { mountDisk, unmountDisks } from '../rig/small-disk.ts';

afterEach(unmountDisks);
afterAll(removeFolders);

const mountState = (project: Project, ...options: string[]) =>
  mountDisk(join(project.folder, '.trainyard'), ...options);

const change = (project: Project) => {
  project.branch('change');
  project.edit('params.yaml', 'errors: 40', 'errors: 20');
  project.commit();
};

describe('a disk that takes nothing', () => {
  test('full: the verb ends with the reason, nothing is half written, and goes on when there is room', async () => {
    const project = makeProject();
    if (!mountState(project, 'size=256k')) return;
    const filler = join(project.folder, '.trainyard/filler');
    try {
      writeFileSync(filler, new Uint8Array(1 << 20));
    } catch {
      // Full now: what the mount holds is what was asked for.
    }
    const { code, stderr, stdout } = await project.run('train');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^error: .*(disk|space|full)/im);
    expect(stderr).not.toContain('bug in trainyard');
    expect(project.git('branch', '--list', 'trainyard')).toBe('');
    expect(project.list('.trainyard/runs').filter((name) => name.endsWith('.json'))).toEqual([]);
    project.remove('.trainyard/filler');
    expect((await project.train())[0]?.ledger).toBe('written');
  });

  test('read-only: the verb ends with the reason', async () => {
    const project = makeProject();
    await project.train();
    change(project);
    project.remove('.trainyard');
    if (!mountState(project, 'ro')) return;
    const { code, stderr } = await project.run('gate');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .*\.trainyard.*The file system is read-only: .* mount it writable\.$/m);
    expect(stderr.match(/mount it writable/g)).toHaveLength(1);
    expect(stderr).not.toContain('bug in trainyard');
  });

  test('read-only: a comparison of runs still works', async () => {
    const project = makeProject();
    await project.train();
    project.write('../m.json', '{"loss": 1}');
    project.remove('.trainyard');
    if (!mountState(project, 'ro')) return;
    const { code, stdout } = await project.run(
      'compare',
      '--candidate',
      '../m.json',
      '--baseline',
      '../m.json',
      '--json',
    );
    expect([code, JSON.parse(stdout).verdict]).toEqual([0, null]);
  });
});
