import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { encodeObject } from './git-objects.ts';
import type { Repository } from './state.ts';

/**
 * Writes a repository of the fake GitHub as a bare one that git can fetch from, at any commit as from GitHub. A folder
 * that holds an earlier state of it is brought up to date.
 */
export function exportRepository(repository: Repository, folder: string): void {
  if (!existsSync(join(folder, 'objects'))) {
    mkdirSync(folder, { recursive: true });
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env: plainGit });
    git('init', '--quiet', '--bare', `--initial-branch=${repository.defaultBranch}`);
    git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    git('config', 'uploadpack.allowFilter', 'true');
  }
  for (const [id, object] of repository.objects) {
    const file = join(folder, 'objects', id.slice(0, 2), id.slice(2));
    if (existsSync(file)) continue;
    const content = encodeObject(object);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      deflateSync(Buffer.concat([Buffer.from(`${object.type} ${content.length}\0`), content])),
    );
  }
  const refs = [...repository.refs].sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(join(folder, 'packed-refs'), refs.map(([ref, sha]) => `${sha} ${ref}\n`).join(''));
}

/** Settings of whoever runs the tests have no say. */
const plainGit = {
  ...process.env,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};
