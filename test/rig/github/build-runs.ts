import type { Artifact, WorkflowRun } from './records.ts';
import { type Repository, type State, stamp, userNamed } from './state.ts';
import { zipOf } from './zip.ts';

export interface RunSeed {
  headSha: string;
  /** As the API shows it: `.github/workflows/trainyard.yml`. */
  path?: string;
  event?: string;
  status?: string;
  conclusion?: string | null;
  headBranch?: string;
  headRepository?: Repository;
  attempt?: number;
  pulls?: readonly number[];
  login?: string;
  jobs?: readonly { name: string; status?: string; conclusion?: string | null }[];
}

export interface ArtifactSeed {
  name: string;
  /** Files to pack, or the archive itself. */
  files?: Readonly<Record<string, string | Uint8Array>>;
  zip?: Uint8Array;
  expired?: boolean;
}

export function makeRun(state: State, repository: Repository, seed: RunSeed): WorkflowRun {
  const path = seed.path ?? '.github/workflows/trainyard.yml';
  const known = repository.runs.filter((run) => run.path === path);
  const run: WorkflowRun = {
    ...stamp(state),
    path,
    workflowId: known[0]?.workflowId ?? state.id(),
    event: seed.event ?? 'pull_request',
    status: seed.status ?? 'completed',
    conclusion: seed.conclusion === undefined ? 'success' : seed.conclusion,
    headSha: seed.headSha,
    headBranch: seed.headBranch ?? repository.defaultBranch,
    headRepository: seed.headRepository ?? repository,
    attempt: seed.attempt ?? 1,
    number: known.length + 1,
    pulls: [...(seed.pulls ?? [])],
    actor: userNamed(state, seed.login ?? repository.owner),
    jobs: (seed.jobs ?? []).map(({ name, status = 'completed', conclusion = 'success' }) => ({
      ...stamp(state),
      name,
      status,
      conclusion,
    })),
    artifacts: [],
  };
  if (run.status !== 'completed') run.conclusion = null;
  repository.runs.push(state.visibility.created(run));
  return run;
}

export function makeArtifact(state: State, run: WorkflowRun, seed: ArtifactSeed): Artifact {
  const zip = Buffer.from(seed.zip ?? zipOf(seed.files ?? {}));
  const artifact = { ...stamp(state), name: seed.name, zip, expired: seed.expired ?? false };
  run.artifacts.push(state.visibility.created(artifact));
  return artifact;
}
