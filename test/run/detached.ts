import { join } from 'node:path';
import type { KeptRef } from '../../src/run/refs.ts';
import type { SubmitResult, TrainResult } from '../../src/verbs/train.ts';
import { repositoryRoot } from '../rig/build.ts';
import { startNode } from '../rig/command.ts';
import type { DetachedService } from '../rig/detached/index.ts';
import { makeProject, type Project, plainConfig } from '../rig/project.ts';

interface Answers {
  train: TrainResult[];
  submit: SubmitResult[];
  gate: { outcome: { verdict: string } };
  kept: KeptRef[];
  abandoned: KeptRef[];
  tidy: KeptRef[];
}

/** What a job threw. */
export interface Thrown {
  error: { name: string; message: string; place?: { file: string; line: number }; retryable?: boolean };
}

/** A project whose model trains in the service; `train` is the command of its first stage. */
export function makeDetachedProject(train = 'sh train.sh'): Project {
  const config = plainConfig
    .replace('model: churn', 'model: churn\nengine: detached')
    .replace('sh train.sh,', `${JSON.stringify(train)},`);
  return makeProject({ 'trainyard.yml': config });
}

/** Starts a verb in a process of its own; `answer` is what it gave or threw. */
export function startVerb<V extends keyof Answers>(service: DetachedService, project: Project, verb: V) {
  const { plugin, src } = service.modules;
  const { child, said, finished } = startNode(
    [join(repositoryRoot, 'test/run/detached-job.mjs'), JSON.stringify({ src, plugin, verb })],
    project.folder,
    { ...project.env, ...service.env },
  );
  const answer = finished.then(({ stdout, stderr, code }): Answers[V] | Thrown => {
    if (stdout !== '') return JSON.parse(stdout) as Answers[V] | Thrown;
    throw new Error(`${verb} ended with ${code} and said:\n${stderr}`);
  });
  answer.catch(() => undefined);
  return { child, said, finished, answer };
}

/** Runs a verb that works. */
export async function runVerb<V extends keyof Answers>(
  service: DetachedService,
  project: Project,
  verb: V,
): Promise<Answers[V]> {
  const answer = await startVerb(service, project, verb).answer;
  if ('error' in answer) throw Object.assign(new Error(answer.error.message), answer.error);
  return answer;
}
