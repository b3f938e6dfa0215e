/** Arguments and environment of `npm run smoke:github`. */
import { parseArgs } from 'node:util';
import { Problem } from './problem.mjs';

export const usage = `npm run smoke:github -- [options]

Plays the loop in a private scratch repository of the real GitHub: a pull request is trained, judged and merged, and
what GitHub really did is compared with what is expected of it.

  --owner NAME              who owns the scratch repository; the token's own user when left out
  --repository NAME         its name, trainyard-smoke when left out; one that this script did not make is not touched
  --action OWNER/NAME@REF   the actions that are tried, trainyard/trainyard@v1 when left out; they have to be public,
                            or shared with the scratch repository
  --delete                  deletes the scratch repository at the end, and the fork
  --dry-run                 says what would be asked of GitHub, and asks nothing
  --help

Environment
  SMOKE_GITHUB_TOKEN   else GITHUB_TOKEN: a classic token with the scopes repo and workflow, and delete_repo for --delete
  SMOKE_FORK_TOKEN     a second account's, with the same scopes: a change is proposed from a fork as well
  GITHUB_API_URL       another server than https://api.github.com
`;

const known = {
  owner: { type: 'string' },
  repository: { type: 'string', default: 'trainyard-smoke' },
  action: { type: 'string', default: 'trainyard/trainyard@v1' },
  delete: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/**
 * What is asked for. Throws a Problem for arguments that make no sense and for a missing token.
 * @param {readonly string[]} args
 * @param {Record<string, string | undefined>} env
 */
export function readOptions(args, env) {
  const values = parsed(args);
  const { owner = null, repository, help, delete: deletes, 'dry-run': dryRun } = values;
  if (help) return { help };
  for (const [name, value] of [
    ['owner', owner],
    ['repository', repository],
  ])
    if (value !== null && !/^[A-Za-z0-9_.-]{1,100}$/.test(value))
      throw new Problem(
        `--${name} is ${JSON.stringify(value)}: a name has letters, digits, "-", "_" and ".".`,
      );
  const action = readAction(values.action);
  const token = env.SMOKE_GITHUB_TOKEN || env.GITHUB_TOKEN || '';
  if (token === '' && !dryRun)
    throw new Problem(
      'There is no token. Put a classic token with the scopes repo and workflow into SMOKE_GITHUB_TOKEN.',
    );
  return {
    ...{ help, owner, repository, deletes, dryRun, token },
    action,
    forkToken: env.SMOKE_FORK_TOKEN || null,
    apiUrl: (env.GITHUB_API_URL || 'https://api.github.com').replace(/\/+$/, ''),
  };
}

function parsed(args) {
  try {
    return parseArgs({ args: [...args], options: known, strict: true }).values;
  } catch (error) {
    throw new Problem(`${error.message}\n\n${usage}`);
  }
}

function readAction(text) {
  const [, repository, ref] = /^([\w.-]+\/[\w.-]+)@([\w./-]+)$/.exec(text) ?? [];
  if (ref === undefined)
    throw new Problem(
      `--action is ${JSON.stringify(text)}: expected OWNER/NAME@REF, as trainyard/trainyard@v1.`,
    );
  return { repository, ref };
}
