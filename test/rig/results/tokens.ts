import { createHash } from 'node:crypto';
import type { WorkflowRun } from '../github/records.ts';
import type { State } from '../github/state.ts';
import { TwirpError } from './twirp.ts';

/** The run, attempt and job that a token speaks for. */
export interface Bearer {
  run: WorkflowRun;
  attempt: number;
  job: string;
}

/** What the service calls a run: every attempt has an id of its own (see README.md). */
export const runBackendId = (run: WorkflowRun, attempt: number) => uuid(`run ${run.id} ${attempt}`);

/**
 * A job's ACTIONS_RUNTIME_TOKEN: unsigned, with the scope that `@actions/artifact` takes its ids from
 * (lib/internal/shared/util.js).
 */
export function runtimeToken(run: WorkflowRun, job: string): string {
  const ids = `${runBackendId(run, run.attempt)}:${uuid(`job ${run.id} ${run.attempt} ${job}`)}`;
  const claims = { scp: `Actions.GenericRead:0 Actions.Results:${ids}` };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ typ: 'JWT', alg: 'none' })}.${part(claims)}.`;
}

/** Whose token this is; throws `unauthenticated` for none that was made here. */
export function readToken(state: State, header: string | undefined): Bearer {
  const claims = /^bearer [^.]+\.([^.]+)\./i.exec(header ?? '')?.[1];
  const scope = claims === undefined ? '' : Buffer.from(claims, 'base64url').toString();
  const [, id = '', job = ''] = /Actions\.Results:([0-9a-f-]+):([0-9a-f-]+)/.exec(scope) ?? [];
  const found = runOf(state, id);
  if (!found) throw new TwirpError('unauthenticated', 'authentication required');
  return { ...found, job };
}

function runOf(state: State, id: string): { run: WorkflowRun; attempt: number } | null {
  for (const { runs } of state.repositories.values())
    for (const run of runs)
      for (let attempt = 1; attempt <= run.attempt; attempt++)
        if (runBackendId(run, attempt) === id) return { run, attempt };
  return null;
}

function uuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
