import { once } from 'node:events';
import { join } from 'node:path';
import type { EngineSpec, RunOutputs, RunPlan, RunStatus } from '../../src/engines/types.ts';
import type { RunRef } from '../../src/schema/run.types.ts';
import { repositoryRoot } from '../rig/build.ts';
import { startNode } from '../rig/command.ts';

/** What a process of its own needs to have the engine. */
export interface JobWorld {
  modules: { plugin: string; runtime: string };
  env: Readonly<Record<string, string>>;
}

/** What each action answers. */
export interface JobAnswers {
  plan: RunPlan;
  submit: RunRef;
  status: RunStatus;
  collect: RunOutputs;
  logs: { text: string; cursor: string | null };
  cancel: null;
}

export type JobAction = keyof JobAnswers | readonly ['logs', string | null];

/** A job that was started: a process that does one thing after the other with an engine. */
export interface Job {
  pid: number;
  /** What it logged so far. */
  log(): string;
  /** The answer number `index`, once it is there. An action that failed throws here, as does a job that ended before. */
  answer<A extends keyof JobAnswers>(action: A, index?: number): Promise<JobAnswers[A]>;
  kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
  ended: Promise<{ code: number | null }>;
}

/** Starts a job for a checkout; `ref` is a run it was told of. */
export function startJob(
  world: JobWorld,
  spec: EngineSpec,
  actions: readonly JobAction[],
  ref: RunRef | null = null,
): Job {
  const { locate: _, ...plain } = spec;
  const steps = actions.map((action) => (typeof action === 'string' ? [action, null] : action));
  const request = JSON.stringify({ modules: world.modules, spec: plain, ref, actions: steps });
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: spec.root, ...world.env };
  const { child, said, finished } = startNode(
    [join(repositoryRoot, 'test/contract/job.mjs'), request],
    spec.root,
    env,
  );
  return {
    pid: child.pid as number,
    log: () => said.stderr,
    async answer(_action, index = 0) {
      for (;;) {
        const lines = said.stdout.split('\n');
        if (lines.length > index + 1) return unwrapped(JSON.parse(lines[index] as string));
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`The job ended (${child.exitCode ?? child.signalCode}) and said:\n${said.stderr}`);
        await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
      }
    },
    kill: (signal) => void child.kill(signal),
    ended: finished.then(({ code }) => ({ code })),
  };
}

/** Runs a job of one action to its end. */
export async function runJob<A extends keyof JobAnswers>(
  world: JobWorld,
  spec: EngineSpec,
  action: A,
  given: { ref?: RunRef; cursor?: string | null } = {},
): Promise<JobAnswers[A]> {
  const step: JobAction = action === 'logs' ? ['logs', given.cursor ?? null] : action;
  const job = startJob(world, spec, [step], given.ref ?? null);
  const answer = await job.answer(action);
  await job.ended;
  return answer;
}

function unwrapped<T>(answer: T | { error: { name: string; message: string } }): T {
  if (typeof answer === 'object' && answer !== null && 'error' in answer)
    throw Object.assign(new Error(answer.error.message), answer.error);
  return answer as T;
}
