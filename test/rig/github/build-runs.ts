import type { Artifact, WorkflowRun } from './records.ts';
import { type Repository, type State, stamp, timestamp, userNamed } from './state.ts';
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
  /** GitHub's ids of artifacts do not always grow with time (see README.md). */
  id?: number;
  /** The run's current one when left out. */
  attempt?: number;
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
    inheritsFrom: 1,
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
  const stamped = stamp(state);
  const days = seed.expired ? -1 : 90;
  const artifact: Artifact = {
    ...stamped,
    id: seed.id ?? stamped.id,
    name: seed.name,
    zip: Buffer.from(seed.zip ?? zipOf(seed.files ?? {})),
    contentType: 'application/zip',
    expires: timestamp(new Date(state.now().getTime() + days * 86_400_000)),
    attempt: seed.attempt ?? run.attempt,
    job: '',
  };
  run.artifacts.push(state.visibility.created(artifact));
  return artifact;
}

/** Begins another attempt. Its artifacts are those of the attempts it takes jobs over from (see README.md). */
export function rerun(state: State, run: WorkflowRun, jobs: 'all' | 'failed'): void {
  run.attempt++;
  if (jobs === 'all') run.inheritsFrom = run.attempt;
  Object.assign(run, { status: 'in_progress', conclusion: null, updated: timestamp(state.now()) });
}
