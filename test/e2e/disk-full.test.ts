import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { registerVersion } from '../release/manifests.ts';
import { commandLine, removeFolders } from '../rig/command.ts';
import { makeProject, plainConfig } from '../rig/project.ts';

afterAll(removeFolders);

/** A disk of its own that is small, where this system lets somebody mount one. */
const aside = ['unshare', '--user', '--map-root-user', '--mount'];
const [unshare = '', ...alone] = aside;
const isAble = spawnSync(unshare, [...alone, 'mount', '-t', 'tmpfs', 'small', '/mnt']).status === 0;

const config = `${plainConfig}deploy:
  production:
    target: { directory: { path: ../small/srv } }
`;

(isAble ? test : test.skip)(
  'a disk that fills up while a version is staged: what was live serves, nothing is left, a smaller one goes live later',
  () => {
    const project = makeProject({ 'trainyard.yml': config });
    const sizes = { '1.0.0': 100_000, '1.1.0': 900_000, '1.2.0': 200_000 };
    for (const [version, bytes] of Object.entries(sizes))
      registerVersion(project.folder, version, {}, { 'model.bin': version.padEnd(bytes, 'x') });
    const small = join(project.folder, '../small');
    mkdirSync(small);
    const trainyard = [process.execPath, ...commandLine([])].map((word) => `'${word}'`).join(' ');
    const deploy = (version: string) => `${trainyard} deploy --version ${version}; echo "= ${version} $?"
      head -c 5 ${small}/srv/current/model.bin; echo; find ${small}/srv -type f -name model.bin | wc -l`;
    const script = ['1.0.0', '1.1.0', '1.2.0'].map(deploy).join('\n');

    const { stdout, stderr } = spawnSync(
      unshare,
      [...alone, 'sh', '-c', `mount -t tmpfs -o size=600k small ${small} && { ${script}\n}`],
      { cwd: project.folder, env: { ...process.env, ...project.env }, encoding: 'utf8' },
    );

    const ends = [...stdout.matchAll(/^= (\S+) (\d)\n(\S+)\n(\d+)$/gm)].map(([, ...found]) => found);
    expect(ends).toEqual([
      ['1.0.0', '0', '1.0.0', '1'],
      ['1.1.0', '3', '1.0.0', '1'],
      ['1.2.0', '0', '1.2.0', '2'],
    ]);
    expect(stderr).toMatch(/ENOSPC|no space left/i);
  },
  60_000,
);
