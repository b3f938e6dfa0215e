/**
 * The runner's real artifact client, `@actions/artifact`, in a process of its own: its parent sends a job's token and
 * a list of calls, and gets the list of what they gave, `{ error }` for those that threw.
 */
import { DefaultArtifactClient } from '@actions/artifact';

process.on('message', async ({ token, calls }) => {
  process.env.ACTIONS_RUNTIME_TOKEN = token;
  const client = new DefaultArtifactClient();
  const given = [];
  for (const [method, ...args] of calls) {
    given.push(await client[method](...args).catch((error) => ({ error: error.message })));
  }
  process.send(given);
});
