import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';

/** What the runner tells a job through its environment. */
export interface Runner {
  event: string;
  /** Commit that was built: the merge ref's for a pull request. */
  sha: string;
  /** `refs/heads/main`, `refs/tags/v1`, `refs/pull/7/merge`. */
  ref: string;
  /** Whether that ref is protected; `null` on servers that do not tell. */
  refProtected: boolean | null;
  repository: string;
  serverUrl: string;
  apiUrl: string;
  graphqlUrl: string;
  runId: number;
  attempt: number;
  /** `.github/workflows/trainyard.yml`; `null` on servers that do not tell. */
  workflowPath: string | null;
  /** Address of this run. */
  runUrl: string;
}

/** Reads the runner's variables; outside of a runner a ConfigError names the one that is missing. */
export function readRunner({ env }: Runtime): Runner {
  const need = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new ConfigError(`${name} is not set: this is no job of GitHub Actions.`, {
      expected: `${name}, as the runner sets it`,
      hint: 'On a laptop the same verbs run without GitHub: "trainyard gate".',
    });
  };
  const number = (name: string): number => {
    const value = Number(need(name));
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw new ConfigError(`${name} is ${JSON.stringify(env[name]?.slice(0, 40))}.`, { expected: 'a number' });
  };
  const repository = need('GITHUB_REPOSITORY');
  const serverUrl = (env['GITHUB_SERVER_URL'] ?? 'https://github.com').replace(/\/+$/, '');
  const runId = number('GITHUB_RUN_ID');
  return {
    event: need('GITHUB_EVENT_NAME'),
    sha: need('GITHUB_SHA'),
    ref: need('GITHUB_REF'),
    refProtected: env['GITHUB_REF_PROTECTED'] ? env['GITHUB_REF_PROTECTED'] === 'true' : null,
    repository,
    serverUrl,
    apiUrl: env['GITHUB_API_URL'] || 'https://api.github.com',
    graphqlUrl: env['GITHUB_GRAPHQL_URL'] || 'https://api.github.com/graphql',
    runId,
    attempt: env['GITHUB_RUN_ATTEMPT'] ? number('GITHUB_RUN_ATTEMPT') : 1,
    workflowPath: workflowPathOf(env['GITHUB_WORKFLOW_REF'] ?? '', repository),
    runUrl: `${serverUrl}/${repository}/actions/runs/${runId}`,
  };
}

/** `owner/name/.github/workflows/ci.yml@refs/heads/main` → `.github/workflows/ci.yml`. */
function workflowPathOf(ref: string, repository: string): string | null {
  const start = `${repository}/`;
  if (!ref.startsWith(start)) return null;
  return ref.slice(start.length).split('@', 1)[0] || null;
}

/** The event's payload; one that is missing or no JSON object is a ConfigError. */
export async function readPayload({ env, files }: Runtime): Promise<Record<string, unknown>> {
  const file = env['GITHUB_EVENT_PATH'];
  const text = file ? await files.readText(file) : null;
  if (!file || text === null) {
    throw new ConfigError('The payload of the event is missing.', {
      ...(file && { place: { file } }),
      expected: 'GITHUB_EVENT_PATH naming the file that the runner wrote',
      hint: 'Do not change GITHUB_EVENT_PATH; a container needs the folder mounted.',
    });
  }
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new ConfigError('The payload of the event is broken.', {
    place: { file },
    expected: 'a JSON object, as the runner writes it',
  });
}

/** The commit that is checked out, where that can be read from a detached HEAD; `null` otherwise. */
export async function checkedOut({ env, files }: Runtime): Promise<string | null> {
  const workspace = env['GITHUB_WORKSPACE'];
  if (!workspace) return null;
  const head = await files.readText(join(workspace, '.git', 'HEAD'));
  const sha = head?.trim() ?? '';
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(sha) ? sha : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
