import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { repositoryRoot } from './build.ts';
import { makeFolder, removeFolders } from './command.ts';

afterAll(removeFolders);

const run = promisify(execFile);

/** Runs a module of plain Node that may import the rig by `rig(name)`. */
async function plainNode(body: string): Promise<string> {
  const file = join(makeFolder(), 'user.mjs');
  const rig = pathToFileURL(join(repositoryRoot, 'test/rig/')).href;
  writeFileSync(file, `const rig = (name) => import(${JSON.stringify(rig)} + name);\n${body}`);
  return (await run(process.execPath, [file])).stdout;
}

const seeding = `
export function seed(github, { name }) {
  const repository = github.state.repository(name, { files: { 'notes.txt': '1' } });
  return { token: github.state.token('read-all'), head: repository.refs.get('refs/heads/main') };
}
const ask = (url, token) => fetch(url + '/repos/octo/flights/commits/main', { headers: { authorization: 'Bearer ' + token } });
`;

test('plain Node has the fake GitHub in its own process', async () => {
  const said = await plainNode(`${seeding}
const { startGitHub } = await (await rig('load.mjs')).loadRig();
const github = await startGitHub();
const { token, head } = seed(github, { name: 'octo/flights' });
const { sha } = await (await ask(github.url, token)).json();
await github.close();
console.log(sha === head);`);

  expect(said).toBe('true\n');
});

test('plain Node has the fake GitHub in a process beside it, seeded by a function of its own', async () => {
  const said = await plainNode(`${seeding}
if (process.argv[1] === (await import('node:url')).fileURLToPath(import.meta.url)) {
  const github = await (await rig('serve.mjs')).serveGitHub({ rateLimit: 2 });
  const { token, head } = await github.run(import.meta.url, 'seed', { name: 'octo/flights' });
  const { sha } = await (await ask(github.url, token)).json();
  const statuses = [await ask(github.url, token), await ask(github.url, token)].map(({ status }) => status);
  await github.close();
  console.log(sha === head, statuses);
}`);

  expect(said).toBe('true [ 200, 403 ]\n');
});

test('what the fake GitHub found wrong reaches those beside it', async () => {
  const said = await plainNode(`
const github = await (await rig('serve.mjs')).serveGitHub();
await fetch(github.url + '/emojis');
await github.close().catch((error) => console.log(error.message.split('\\n')[1]));`);

  expect(said).toMatch(/^not imitated: GET .*\/emojis\n$/);
});
