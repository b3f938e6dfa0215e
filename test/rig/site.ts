import { execFileSync } from 'node:child_process';
import { makeFolder } from './command.ts';
import { encodeObject } from './github/git-objects.ts';
import { type FakeGitHub, type Repository, startGitHub, type WorkflowRun } from './github/index.ts';
import { makeProject, type Project, type ProjectFiles } from './project.ts';
import { type FinishedStep, runStep, type StepSeed, workflowPath } from './step.ts';

/** What the four jobs of a workflow run said; a job that did not run is `null`. */
export interface WorkflowResult {
  run: WorkflowRun;
  start: FinishedStep;
  train: FinishedStep | null;
  report: FinishedStep | null;
  record: FinishedStep | null;
}

/** Permissions of the jobs of the shipped workflow. */
const permissions = {
  start: { contents: 'read', actions: 'read', 'pull-requests': 'read', checks: 'write' },
  report: { contents: 'read', actions: 'read', checks: 'write', 'pull-requests': 'write' },
  record: { contents: 'write', actions: 'read', 'pull-requests': 'read' },
} as const;

/** An event of a repository: which commit it builds and what its payload says. */
export interface Occasion {
  event: string;
  sha: string;
  ref: string;
  headSha: string;
  payload: object;
  headRepository?: Repository;
}

/** A repository on a fake GitHub with the clone that made it. */
export interface GitHubSite {
  github: FakeGitHub;
  repository: Repository;
  project: Project;
  /** Brings commits and branches of the clone to GitHub. */
  push(): void;
  /** A checkout of a commit, with all branches as `actions/checkout` with `fetch-depth: 0` leaves it. */
  checkout(sha: string): string;
  /** The jobs of the shipped workflow for an event, one after the other. */
  workflow(occasion: Occasion, options?: WorkflowOptions): Promise<WorkflowResult>;
  step(seed: Omit<StepSeed, 'github' | 'repository'>): Promise<FinishedStep>;
  ofPull(number: number, changes?: object): Occasion;
  ofPush(sha: string, before: string): Occasion;
  close(): Promise<void>;
}

export interface WorkflowOptions {
  /** The token of every job may only read, as for a fork. */
  readOnly?: boolean;
  /** Called between jobs. */
  between?: (next: 'train' | 'report' | 'record') => void | Promise<void>;
  run?: WorkflowRun;
  /** Jobs that train side by side. */
  matrix?: readonly { model?: string; seed?: string }[];
}

export async function makeSite(files?: ProjectFiles): Promise<GitHubSite> {
  const github = await startGitHub();
  const { state } = github;
  const project = files === undefined ? makeProject() : makeProject(files);
  const repository = state.repository('octo/churn', { private: true });
  const site: GitHubSite = {
    ...{ github, repository, project },
    push: () => state.importRepository(repository, project.folder),
    checkout: (sha) => checkoutOf(repository, project, sha),
    step: (seed) => runStep({ github, repository, ...seed, env: { HOME: project.home, ...seed.env } }),
    workflow: (occasion, options = {}) => runWorkflow(site, occasion, options),
    ofPull: (number, changes = {}) => pullOccasion(repository, number, changes),
    ofPush: (sha, before) => ({
      ...{ event: 'push', sha, ref: 'refs/heads/main', headSha: sha },
      payload: { ref: 'refs/heads/main', before, after: sha, ...repositoryPart(repository) },
    }),
    close: () => github.close(),
  };
  site.push();
  return site;
}

function repositoryPart(repository: Repository) {
  return {
    repository: { default_branch: 'main', private: repository.private, full_name: repository.fullName },
  };
}

function pullOccasion(repository: Repository, number: number, changes: object): Occasion {
  const pull = repository.issues.get(number)?.pull;
  const sha = repository.refs.get(`refs/pull/${number}/merge`);
  if (!pull || sha === undefined) throw new Error(`#${number} has no test merge`);
  const { head, base, baseSha, draft } = pull;
  return {
    ...{ event: 'pull_request', sha, ref: `refs/pull/${number}/merge`, headSha: head.sha },
    payload: {
      action: 'synchronize',
      pull_request: {
        number,
        draft,
        head: { sha: head.sha, ref: head.ref },
        base: { sha: baseSha, ref: base },
      },
      ...repositoryPart(repository),
      ...changes,
    },
    headRepository: head.repository,
  };
}

async function runWorkflow(
  site: GitHubSite,
  occasion: Occasion,
  { readOnly = false, between, run: given, matrix = [{}] }: WorkflowOptions,
): Promise<WorkflowResult> {
  const { github, repository } = site;
  const { event, headSha } = occasion;
  const run = given ?? startRun(site, occasion);
  const token = (job: keyof typeof permissions) =>
    github.state.token(readOnly ? 'read-all' : permissions[job], { repositories: [repository.fullName] });
  const common = { event, run, sha: occasion.sha, ref: occasion.ref, payload: occasion.payload };
  const start = await site.step({
    ...{ ...common, action: 'trainyard', token: token('start'), inputs: { phase: 'start' } },
  });
  const result: WorkflowResult = { run, start, train: null, report: null, record: null };
  const { mode, train } = start.outputs;
  if (train !== 'false') {
    await between?.('train');
    result.train = await trainJobs(site, common, matrix, start.outputs['plan'] ?? '');
  }
  const trained = result.train === null ? 'skipped' : result.train.code === 0 ? 'success' : 'failure';
  const inputs = { 'train-result': trained };
  if (mode !== 'record' && mode !== 'nothing') {
    await between?.('report');
    result.report = await site.step({ ...common, action: 'gate', token: token('report'), inputs });
  }
  if (mode === 'record' && start.code === 0) {
    await between?.('record');
    result.record = await site.step({ ...common, action: 'record', token: token('record'), inputs });
  }
  const failed = [start, result.train, result.report, result.record].some(
    (job) => job !== null && job.code !== 0,
  );
  Object.assign(run, { status: 'completed', conclusion: failed ? 'failure' : 'success', headSha });
  return result;
}

/** A run of the shipped workflow for an event, as GitHub lists it. */
export function startRun({ github, repository }: GitHubSite, occasion: Occasion): WorkflowRun {
  const { event, headSha, headRepository, payload } = occasion;
  const { pull_request: pull } = payload as { pull_request?: { head: { ref: string } } };
  return github.state.workflowRun(repository, {
    ...{ headSha, event, path: workflowPath, status: 'in_progress' },
    ...(pull && { headBranch: pull.head.ref }),
    ...(headRepository && { headRepository }),
  });
}

/** Jobs of the matrix, one after the other; the last one that failed stands for all. */
async function trainJobs(
  site: GitHubSite,
  common: Pick<StepSeed, 'event' | 'run' | 'sha' | 'ref' | 'payload'>,
  matrix: readonly { model?: string; seed?: string }[],
  plan: string,
): Promise<FinishedStep> {
  let told: FinishedStep | null = null;
  for (const [index, entry] of matrix.entries()) {
    const inputs = { ...entry, plan, key: String(index), jobs: String(matrix.length) };
    const workspace = site.checkout(common.sha);
    const done = await site.step({ ...common, action: 'train', workspace, inputs });
    if (told === null || done.code !== 0) told = done;
  }
  return told as FinishedStep;
}

function checkoutOf(repository: Repository, project: Project, sha: string): string {
  const folder = makeFolder();
  const git = (args: string[], input?: Uint8Array) =>
    execFileSync('git', args, {
      cwd: folder,
      env: project.env,
      input: input ?? '',
      stdio: ['pipe', 'pipe', 'ignore'],
    })
      .toString()
      .trim();
  git(['init', '--quiet']);
  const ids = [...repository.objects.keys()];
  for (const id of ids) {
    const object = repository.objects.get(id);
    if (object) git(['hash-object', '-w', '--stdin', '-t', object.type], encodeObject(object));
  }
  for (const [ref, target] of repository.refs) {
    if (ref.startsWith('refs/heads/'))
      git(['update-ref', ref.replace('refs/heads/', 'refs/remotes/origin/'), target]);
  }
  git(['checkout', '--quiet', '--detach', sha]);
  return folder;
}
