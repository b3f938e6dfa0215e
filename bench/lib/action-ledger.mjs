/** The ledger by API with 10,000 runs in it: a baseline and the last 50 values, and one more run. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveGitHub } from '../../test/rig/serve.mjs';
import { sum } from './budget.mjs';
import { bundleProgram } from './bundle-program.mjs';
import { appended, commitOf, ledgerModules, makeRecord } from './ledger-records.mjs';

const seeds = new URL('seeds.mjs', import.meta.url);
const many = { repository: 'octo/many', runs: 10_000 };
const few = { repository: 'octo/few', runs: 100 };

/** The files at the tip of a ledger of so many runs. */
function tip(modules, runs) {
  const files = {};
  for (const { files: written } of appended(modules, runs))
    for (const { path, text } of written) files[path] = text;
  return files;
}

export async function ledgerRows({ measure, row, node, root, folder, hold, log }) {
  const modules = await ledgerModules(root);
  const program = bundleProgram('programs/github-ledger.mjs', folder);
  const record = join(folder, 'record.json');
  writeFileSync(record, JSON.stringify(makeRecord(many.runs + 1)));
  const github = await serveGitHub({ rateLimit: 1_000_000 });
  try {
    log(`Putting a ledger of ${many.runs.toLocaleString('en')} runs on GitHub …`);
    const { ledgerBranch: branch } = modules.layout;
    for (const { repository, runs } of [many, few])
      await github.run(seeds, 'ledger', { repository, branch, files: tip(modules, runs) });
    const token = await github.run(seeds, 'token', 'write-all');
    const command = ({ repository }, ...args) => ({
      argv: [node, program, ...args],
      env: {
        BENCH_TOKEN: token,
        GITHUB_API_URL: github.url,
        GITHUB_GRAPHQL_URL: github.graphqlUrl,
        GITHUB_REPOSITORY: repository,
      },
    });
    const read = command(many, 'read', commitOf(many.runs - 1));
    const append = command(many, 'append', record);
    hold('requests for a baseline and the last 50 values', await requestsOf(github, read), 5);
    hold('requests for one more run', await requestsOf(github, append), 2);
    const seen = measure([read, { argv: [node, '-e', '0'] }, append, command(few, 'append', record)]);
    const [reading, bare, toMany, toFew] = seen;
    return [
      row('ledger by API, 10,000 runs: baseline and last 50 values', reading, 'bare node', bare),
      row('ledger by API: append a run to 10,000', toMany, 'append a run to 100', toFew),
    ];
  } finally {
    await github.close();
  }
}

async function requestsOf(github, { argv: [command, ...args], env }) {
  await github.run(seeds, 'takeRequests');
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return sum(await github.run(seeds, 'takeRequests'));
}
