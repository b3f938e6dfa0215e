import { ConfigError, UpstreamError } from '../../core/errors.ts';
import { commitOnto, startBranch } from '../../github/branch.ts';
import { orNull } from '../../github/failures.ts';
import { queryRepository } from '../../github/repository.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import type { Holder, Locks } from '../deployments.ts';
import type { Runner } from './runner.ts';

/** Branches that hold one file each: who has the environment. */
const branchOf = (environment: string) => `trainyard-lock/${environment}`;
const file = 'lock.json';

/** What a holder says of its run. */
interface RunLife {
  run: number;
  attempt: number;
}

/**
 * Locks as branches: the first claim makes the branch, which only one succeeds in; every later one, and giving back, is a
 * commit on top of what was seen. A holder lives as long as its run, in that attempt. Two requests to take a lock.
 */
export function createGitHubLocks(client: GitHubClient, runner: Pick<Runner, 'runId' | 'attempt'>): Locks {
  return {
    lookEveryMs: 10_000,
    life: (): RunLife => ({ run: runner.runId, attempt: runner.attempt }),

    async see(environment) {
      const { ref } = await queryRepository<LockAnswer>(client, {
        named: 'Lock',
        declared: '$ref: String!, $file: String!',
        variables: { ref: `refs/heads/${branchOf(environment)}`, file },
        fields:
          'ref(qualifiedName: $ref) { target { ... on Commit { oid file(path: $file) { object { ... on Blob { text } } } } } }',
        needs: 'contents: read',
      });
      const mark = ref?.target?.oid ?? null;
      if (mark === null) return { holder: null, mark };
      const text = ref?.target?.file?.object?.text ?? null;
      return { holder: holderOf(text, branchOf(environment)), mark };
    },

    async change(environment, { mark }, holder) {
      const branch = branchOf(environment);
      const message = holder === null ? 'Free' : `Held for "${holder.purpose}"`;
      const commit = { branch, message, files: [{ path: file, content: `${JSON.stringify(holder)}\n` }] };
      const { result } = await (mark === null
        ? startBranch(client, commit)
        : commitOnto(client, mark, commit));
      return result === 'written' ? 'changed' : result;
    },

    lives: (holder) => runLives(client, holder),
  };
}

interface LockAnswer {
  ref: { target: { oid: string; file: { object: { text: string | null } | null } | null } | null } | null;
}

/** A run that is gone or was run again has ended; one that cannot be asked for is taken to live. */
async function runLives(client: GitHubClient, { life }: Holder): Promise<boolean> {
  const { run, attempt } = (life ?? {}) as Partial<RunLife>;
  if (!Number.isSafeInteger(run) || !Number.isSafeInteger(attempt)) return true;
  const { owner, repo } = client;
  const path = at`/repos/${owner}/${repo}/actions/runs/${run as number}`;
  const asking = client.rest<{ status: string; run_attempt: number }>({
    ...{ method: 'GET', path, needs: 'actions: read' },
  });
  try {
    const answer = await orNull(asking, 404);
    if (answer === null) return false;
    return answer.data.status !== 'completed' && answer.data.run_attempt === attempt;
  } catch (error) {
    if (error instanceof UpstreamError) return true;
    throw error;
  }
}

function holderOf(text: string | null, branch: string): Holder | null {
  const value = parsed(text);
  if (value === null) return null;
  if (typeof value === 'object' && typeof (value as Partial<Holder>).token === 'string')
    return value as Holder;
  throw new ConfigError(`The branch "${branch}" exists and is no lock of Trainyard's.`, {
    expected: `a file ${file} on it that names the holder`,
    hint: `Rename or delete that branch; Trainyard makes its own.`,
  });
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return text;
  }
}
