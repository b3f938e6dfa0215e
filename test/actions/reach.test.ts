import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite } from '../rig/site.ts';

jest.setTimeout(240_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

/** Names of variables of the stage itself, and of the processes that started it. */
const looking = `env | cut -d= -f1 > "$HOME/own.txt"
p=$PPID
while [ "$p" -gt 1 ]; do
  tr '\\0' '\\n' < /proc/$p/environ 2>/dev/null | cut -d= -f1 >> "$HOME/above.txt"
  p=$(cut -d' ' -f4 /proc/$p/stat)
done
cp params.yaml model.txt
`;

const onLinux = existsSync('/proc/self/environ') ? test : test.skip;

onLinux(
  'code of a project finds no token for the API in the job that trains, not above it either; that for artifacts it does',
  async () => {
    const site = await makeSite({ 'train.sh': looking });
    sites.push(site);

    await site.workflow(site.ofPush(site.project.git('rev-parse', 'main'), '0'.repeat(40)));

    const names = (file: string) => readFileSync(join(site.project.home, file), 'utf8').split('\n');
    const known = /^(?:INPUT_|ACTIONS_|GITHUB_(?:TOKEN|ENV|PATH|OUTPUT|STATE))/;
    expect(names('own.txt').filter((name) => known.test(name))).toEqual([]);
    expect(names('above.txt')).not.toContain('INPUT_GITHUB-TOKEN');
    expect(names('above.txt')).not.toContain('GITHUB_TOKEN');
    expect(names('above.txt')).toContain('ACTIONS_RUNTIME_TOKEN');
  },
);
