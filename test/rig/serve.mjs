/**
 * The fake GitHub in a process of its own, so that those who load it do not share its thread.
 *
 *   const github = await serveGitHub({ rateLimit: 100_000 });
 *   const token = await github.run(import.meta.url, 'seed', { writers: 8 });
 *   … clients against github.url …
 *   await github.close();
 *
 *   export function seed(github, { writers }) { …; return github.state.token('write-all'); }
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { loadRig } from './load.mjs';

/**
 * @param {object} options of `startGitHub`, without functions
 * @returns `url`, `graphqlUrl`, `serverUrl`, `resultsUrl`; `run(module, name, argument)` calls a function that the module
 * exports with the fake GitHub and the argument, inside the server, and gives what it returned; `close` ends the process
 * and throws what the fake GitHub found wrong.
 */
export async function serveGitHub(options = {}) {
  const child = fork(new URL(import.meta.url), { serialization: 'advanced', execArgv: [] });
  const gone = once(child, 'exit').then(([code]) => ({ error: `the fake GitHub ended with ${code}` }));
  let last = Promise.resolve();
  const ask = (question) => {
    const answer = last.then(async () => {
      child.send(question);
      const [said] = await Promise.race([once(child, 'message'), gone.then((end) => [end])]);
      if (said.error !== undefined) throw new Error(said.error);
      return said.value;
    });
    last = answer.catch(() => {});
    return answer;
  };
  const urls = await ask({ start: options });
  const run = (module, name, argument) => ask({ run: { module: String(module), name, argument } });
  return {
    ...urls,
    run,
    async close() {
      try {
        await ask({ close: true });
      } finally {
        if (child.connected) child.disconnect();
        await gone;
      }
    },
  };
}

let github;

const answers = {
  async start(options) {
    const { startGitHub } = await loadRig();
    github = await startGitHub(options);
    const { url, graphqlUrl, serverUrl, resultsUrl } = github;
    return { url, graphqlUrl, serverUrl, resultsUrl };
  },
  async run({ module, name, argument }) {
    return (await import(module))[name](github, argument);
  },
  close: () => github.close(),
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && process.send) {
  process.on('message', async (question) => {
    const [[kind, argument]] = Object.entries(question);
    try {
      process.send({ value: await answers[kind](argument) });
    } catch (error) {
      process.send({ error: error.stack });
    }
  });
  // The parent may die without a word.
  process.on('disconnect', () => process.exit());
}
