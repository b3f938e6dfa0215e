import type { Artifact, WorkflowRun } from './records.ts';
import type { State } from './state.ts';

/** Artifacts a run shows, oldest first: those left behind by a re-run of all jobs are gone. */
export function artifactsOf(run: WorkflowRun): Artifact[] {
  return run.artifacts.filter((artifact) => artifact.attempt >= run.inheritsFrom);
}

/** Whether the bytes are gone; such an artifact is still listed. */
export function isExpired(state: State, artifact: Artifact): boolean {
  return Date.parse(artifact.expires) <= state.now().getTime();
}
