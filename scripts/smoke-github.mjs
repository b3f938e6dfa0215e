/**
 * `npm run smoke:github`: the loop on a scratch repository of the real GitHub, for somebody with a token; `--help` says
 * how. Exit 1 when something was not as expected, 2 when it could not be begun.
 */
import { createDescription } from './smoke/described.mjs';
import { explained, openGitHub } from './smoke/github.mjs';
import { readOptions, usage } from './smoke/options.mjs';
import { Problem, Skipped } from './smoke/problem.mjs';
import { steps } from './smoke/steps.mjs';

const say = (text) => process.stdout.write(`${text}\n`);

function printPlan({ owner, repository, action }) {
  const whose = owner ?? "the token's user";
  say(`In ${repository} of ${whose}, with ${action.repository}@${action.ref}:\n`);
  for (const { name, calls } of steps) say([name, ...calls.map((call) => `  ${call}`)].join('\n'));
}

/** Runs one step; what it needs has to have passed. */
async function attempt(step, smoke, results) {
  const lacking = step.needs.find((name) => results.get(name)?.state !== 'ok');
  if (lacking !== undefined) return { state: 'not run', said: `needs "${lacking}"` };
  try {
    return { state: 'ok', said: await step.run(smoke) };
  } catch (error) {
    if (error instanceof Skipped) return { state: 'skipped', said: error.message };
    const why = explained(error);
    return { state: 'FAILED', said: why instanceof Problem ? why.message : why.stack };
  }
}

function tableOf(results) {
  const width = Math.max(...[...results.keys()].map((name) => name.length));
  return [...results]
    .map(([name, { state, said }]) => {
      const indent = ' '.repeat(width + 11);
      return `${name.padEnd(width)}  ${state.padEnd(7)}  ${said.replaceAll('\n', `\n${indent}`)}`;
    })
    .join('\n');
}

async function main() {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) return say(usage);
  if (options.dryRun) return printPlan(options);
  const description = await createDescription();
  const { hear } = description;
  const octokit = openGitHub({ token: options.token, apiUrl: options.apiUrl, hear });
  const smoke = { options, octokit, description, hear };
  const results = new Map();
  for (const step of steps) {
    process.stderr.write(`${step.name} …\n`);
    results.set(step.name, await attempt(step, smoke, results));
  }
  say(tableOf(results));
  process.exitCode = [...results.values()].some(({ state }) => state === 'FAILED') ? 1 : 0;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
