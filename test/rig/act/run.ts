import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { cleanEnvironment } from '../command.ts';
import { exportRepository } from '../github/export.ts';
import type { FakeGitHub, Repository, WorkflowRun } from '../github/index.ts';
import { jobEnvironment } from './environment.ts';
import type { WorkflowEvent } from './events.ts';
import { type JobLog, makeActLog, type Result } from './log.ts';
import { prepareAll } from './prepare.ts';
import { toolsOf } from './tools.ts';
import { listens } from './triggers.ts';

export interface RunOptions {
  secrets?: Readonly<Record<string, string>>;
  /** `owner/name@ref` → folder, for actions that nothing stands for yet. */
  repositories?: Readonly<Record<string, string>>;
  /** Runs all jobs of this run again, as its next attempt. */
  rerunOf?: WorkflowRun;
  timeoutMs?: number;
}

export interface WorkflowResult {
  run: WorkflowRun;
  /** How every job of the workflow ended, by its key; jobs that `if:` or `needs:` kept from running are `skipped`. */
  results: Record<string, Result>;
  jobs: JobLog[];
  /** The job with this key; throws when it did not run. */
  job(key: string): JobLog;
  /** Everything act said, for messages of failed tests. */
  log: string;
}

/** Runs one workflow of a repository on the fake GitHub for an event; `place` is kept between runs. */
export async function runWorkflow(
  github: FakeGitHub,
  repository: Repository,
  place: string,
  path: string,
  event: WorkflowEvent,
  options: RunOptions,
): Promise<WorkflowResult> {
  const own = join(place, `run-${github.state.raw.id()}`);
  const prepared = prepareAll(github, repository, own, path, event, options);
  if (!listens(prepared.file.on, event)) throw new Error(`${path} does not run on this ${event.name}`);
  const run = options.rerunOf ?? newRun(github, repository, path, event);
  if (options.rerunOf) github.state.rerun(run, 'all');
  const remotes = join(place, 'remotes');
  exportRepository(repository, join(remotes, repository.fullName));
  const folder = checkOut(join(remotes, repository.fullName), prepared.folder, event.sha);
  prepared.writeWorkflow(folder);
  const file = join(prepared.folder, 'event.json');
  writeFileSync(file, JSON.stringify(event.payload));
  const env = jobEnvironment(github, repository, run, event, { path, remotes });
  const flags = [
    ...['-W', path, '-e', file, '-a', event.actor, '-P', 'ubuntu-latest=-self-hosted'],
    ...['-P', 'ubuntu-24.04=-self-hosted', '--json', '--rm', '--no-cache-server', '--no-skip-checkout'],
    ...['--use-gitignore=false', '--defaultbranch', repository.defaultBranch],
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(prepared.secrets).flatMap(([name, value]) => ['-s', `${name}=${value}`]),
    ...Object.entries(inputsOf(event)).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
    ...prepared.repositories.flatMap((mapped) => ['--local-repository', mapped]),
  ];
  const log = makeActLog((job) => showJob(github, run, job));
  const code = await act([event.name, ...flags], folder, prepared.folder, (line) => log.add(line), options);
  if (log.jobs.length === 0) throw new Error(`act ran no job (exit ${code}):\n${log.text}`);
  prepared.expireTokens();
  conclude(github, run, code === 0 ? 'success' : 'failure');
  const results = prepared.results(log.jobs);
  const find = (key: string): JobLog => {
    const found = log.jobs.find((job) => job.key === key);
    if (!found) throw new Error(`no job "${key}" ran:\n${log.text}`);
    return found;
  };
  return { run, results, jobs: log.jobs, job: find, log: log.text };
}

function newRun(github: FakeGitHub, repository: Repository, path: string, event: WorkflowEvent): WorkflowRun {
  const { headSha, headBranch, headRepository, pulls, actor: login, name } = event;
  const seed = { headSha, headBranch, headRepository, pulls, login };
  return github.state.workflowRun(repository, { ...seed, path, event: name, status: 'in_progress' });
}

/** What act takes its commit from; jobs begin with an empty workspace whatever is here. */
function checkOut(remote: string, into: string, sha: string): string {
  const folder = join(into, 'project');
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: into, env: cleanEnvironment(into), stdio: 'pipe' });
  git('clone', '--quiet', '--no-checkout', remote, folder);
  git('-C', folder, 'fetch', '--quiet', 'origin', sha);
  git('-C', folder, 'checkout', '--quiet', '--detach', sha);
  return folder;
}

function inputsOf({ payload }: WorkflowEvent): Record<string, string> {
  return (payload['inputs'] ?? {}) as Record<string, string>;
}

function showJob(github: FakeGitHub, run: WorkflowRun, job: JobLog): void {
  const updated = github.state.raw
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  const known = run.jobs.find(({ name }) => name === job.key);
  if (known) Object.assign(known, { status: 'completed', conclusion: job.result, updated });
  else {
    const id = github.state.raw.id();
    const began = { id, created: updated, updated, name: job.key };
    run.jobs.push({ ...began, status: 'in_progress', conclusion: null });
  }
}

function conclude(github: FakeGitHub, run: WorkflowRun, conclusion: string): void {
  const updated = github.state.raw
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  Object.assign(run, { status: 'completed', conclusion, updated });
}

/** Runs act with nothing of this process's environment; gives its exit code. */
async function act(
  args: readonly string[],
  cwd: string,
  place: string,
  line: (text: string) => void,
  { timeoutMs = 240_000 }: RunOptions,
): Promise<number> {
  const tools = toolsOf();
  const home = join(place, 'home');
  mkdirSync(home, { recursive: true });
  const clean = cleanEnvironment(home);
  const env = {
    ...clean,
    PATH: `${tools.node}${delimiter}${clean['PATH']}`,
    XDG_CACHE_HOME: join(place, 'cache'),
    XDG_CONFIG_HOME: join(place, 'config'),
  };
  const child = spawn(tools.act, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const timer = setTimeout(() => killGroup(child), timeoutMs);
  try {
    const ended = once(child, 'close');
    await Promise.all([child.stdout, child.stderr].map((stream) => eachLine(stream, line)));
    const [code, signal] = await ended;
    if (signal !== null) throw new Error(`act was ended by ${signal} after ${timeoutMs} ms`);
    return code as number;
  } finally {
    clearTimeout(timer);
    if (child.exitCode === null && child.signalCode === null) killGroup(child);
  }
}

async function eachLine(stream: NodeJS.ReadableStream, line: (text: string) => void): Promise<void> {
  for await (const text of createInterface({ input: stream })) line(text);
}

/** act and what its jobs started. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
