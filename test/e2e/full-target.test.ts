import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import type { EnvironmentStatus } from '../../src/report/status.ts';
import { registerVersion } from '../release/manifests.ts';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project, plainConfig } from '../rig/project.ts';
import { mountDisk, resizeDisk, unmountDisks } from '../rig/small-disk.ts';

afterEach(unmountDisks);
afterAll(removeFolders);

const config = `${plainConfig}deploy: { production: { target: { directory: { path: ../srv } } } }\n`;

const live = async (project: Project) => {
  const { environments } = await project.json<{ environments: EnvironmentStatus[] }>(0, 'status');
  return environments[0];
};

test.each([
  ['of the target, while it is staged', '../srv'],
  ['of the runner, while it is fetched', '.trainyard/releases'],
])(
  'a full disk %s: refused, what is live stays, nothing half written is left, later it goes on',
  async (_where, disk) => {
    const project = makeProject({ 'trainyard.yml': config });
    registerVersion(project.folder, '1.0.0');
    registerVersion(
      project.folder,
      '1.1.0',
      {},
      { 'a.bin': 'a'.repeat(400_000), 'b.bin': 'b'.repeat(900_000) },
    );
    const [folder, srv] = [join(project.folder, disk), join(project.folder, '../srv')];
    if (!mountDisk(folder, 'size=1m')) return;
    await project.json(0, 'deploy', '--version', '1.0.0');
    const before = readdirSync(srv, { recursive: true });

    const { code, stderr } = await project.run('deploy', '--version', '1.1.0');

    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^error: .*b\.bin \(ENOSPC\)\. The disk is full: free some space and run again\.$/m,
    );
    expect(stderr).not.toContain('bug in trainyard');
    expect(readFileSync(join(srv, 'current/model.bin'), 'utf8')).toBe('model 1.0.0');
    expect(readdirSync(srv, { recursive: true })).toEqual(before);
    expect(readdirSync(join(project.folder, '.trainyard/releases'))).toEqual([]);
    expect(await live(project)).toMatchObject({ live: { version: '1.0.0' }, open: null, blocked: [] });

    resizeDisk(folder, '4m');
    await project.json(0, 'deploy', '--version', '1.1.0');
    expect(await live(project)).toMatchObject({ live: { version: '1.1.0' } });
  },
  60_000,
);
