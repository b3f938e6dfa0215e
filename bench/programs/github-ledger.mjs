/**
 * The ledger by GitHub's API, as a job uses it: `read` takes the record of a commit and the last 50 values of its model,
 * `append` adds a run. Addresses and token come from the environment of the job.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createClient } from '../../build/github/client.js';
import { createGitHubLedger } from '../../build/ledger/github/index.js';
import { createRuntime } from '../../build/runtime/node/index.js';

const model = 'churn';
const works = {
  async read(ledger, commit) {
    const [record, entries] = await Promise.all([ledger.recordOf(commit, model), ledger.recent(model, 50)]);
    if (record === null || entries.length !== 50) throw new Error('This is not the ledger of the bench.');
  },
  async append(ledger, file) {
    const record = JSON.parse(readFileSync(file, 'utf8'));
    record.id = randomBytes(10).toString('hex');
    record.commit.built_sha = randomBytes(20).toString('hex');
    const { result } = await ledger.append(record);
    if (result !== 'written') throw new Error('The record was there already.');
  },
};

const [work, argument] = process.argv.slice(2);
const { BENCH_TOKEN, GITHUB_API_URL, GITHUB_GRAPHQL_URL, GITHUB_REPOSITORY } = process.env;
const runtime = createRuntime();
const client = createClient({
  ...{ runtime, token: BENCH_TOKEN, repository: GITHUB_REPOSITORY },
  ...{ apiUrl: GITHUB_API_URL, graphqlUrl: GITHUB_GRAPHQL_URL },
});
await works[work](createGitHubLedger(runtime, client), argument);
