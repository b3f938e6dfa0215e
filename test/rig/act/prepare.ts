import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitAt } from '../github/git-history.ts';
import { getObject } from '../github/git-objects.ts';
import { filesOf } from '../github/git-trees.ts';
import type { FakeGitHub, Repository } from '../github/index.ts';
import type { Permissions } from '../github/permissions.ts';
import type { WorkflowEvent } from './events.ts';
import type { JobLog, Result } from './log.ts';
import { readOnly } from './permissions.ts';
import { actionText, makeRepositories, readUses, tokenInputs, writeWorkflow } from './repositories.ts';
import type { RunOptions } from './run.ts';
import { type JobFile, type Prepared, prepareWorkflow, type WorkflowFile } from './workflow-file.ts';

/** A workflow and those it calls, ready for act. */
export interface Preparation {
  /** For all that belongs to this run. */
  folder: string;
  file: WorkflowFile;
  secrets: Record<string, string>;
  /** For `--local-repository`. */
  repositories: string[];
  /** Puts the workflow where act looks for it, in a checkout of the project. */
  writeWorkflow(project: string): void;
  expireTokens(): void;
  /** How each job ended; throws for one that act should have run. */
  results(jobs: readonly JobLog[]): Record<string, Result>;
}

/** Makes the jobs' tokens and finds what stands for the actions that are used. */
export function prepareAll(
  github: FakeGitHub,
  repository: Repository,
  folder: string,
  path: string,
  event: WorkflowEvent,
  { repositories: further = {}, secrets = {} }: RunOptions,
): Preparation {
  mkdirSync(folder, { recursive: true });
  const read = (file: string) => textAt(repository, event.sha, file);
  const text = read(path);
  if (text === null) throw new Error(`${repository.fullName} has no ${path} at ${event.sha}`);
  const repositories = makeRepositories(folder, further);
  const tokens: string[] = [];
  const token = (permissions: Permissions) => {
    const rights = event.readOnly ? readOnly(permissions) : permissions;
    tokens.push(github.state.token(rights, { repositories: [repository.fullName] }));
    return tokens.at(-1) as string;
  };
  const inputsOf = (uses: string, job: JobFile) => {
    if (uses.startsWith('./')) return tokenInputs(localAction(uses, job, read));
    const used = readUses(uses);
    return tokenInputs(actionText(repositories.folderOf(used), used.path));
  };
  const around = { token, tokenInputs: inputsOf };
  const main = prepareWorkflow(text, { ...around, caller: null });
  const called = main.calls.map(({ job, uses, permissions }) => {
    const used = readUses(uses);
    const home = repositories.folderOf(used);
    const inner = prepareWorkflow(readFileSync(join(home, used.path), 'utf8'), {
      ...around,
      caller: permissions,
    });
    if (inner.calls.length > 0) throw new Error(`${uses} calls a workflow itself, which is not imitated`);
    writeWorkflow(home, used.path, inner.text);
    return { job, prepared: inner };
  });
  if (new Set(main.calls.map(({ uses }) => uses)).size < called.length)
    throw new Error('one workflow is called twice, which is not imitated: their tokens differ');
  return {
    ...{ folder, file: main.file, repositories: repositories.mapped() },
    // act's own token for all jobs is none: where it is used, something was not prepared.
    secrets: {
      ...(event.readOnly ? {} : secrets),
      GITHUB_TOKEN: 'not-a-token-of-any-job',
      ...Object.fromEntries(tokens.map((text, at) => [`RIG_TOKEN_${at}`, text])),
    },
    writeWorkflow: (project) => writeWorkflow(project, path, main.text),
    expireTokens: () => tokens.forEach(github.switches.expire),
    results: (jobs) => resultsOf(main, called, jobs),
  };
}

/** The action.yml of an action in the workspace: of the commit, or below the `path` that the job checked it out to. */
function localAction(uses: string, job: JobFile, read: (file: string) => string | null): string {
  const local = uses.replace(/^\.\//, '').replace(/\/$/, '');
  const folders = (job.steps ?? []).map((step) => String(step.with?.['path'] ?? ''));
  for (const folder of ['', ...folders.filter((path) => `${local}/`.startsWith(`${path}/`))]) {
    const path = local.slice(folder.length).replace(/^\//, '');
    const text = read(path === '' ? 'action.yml' : `${path}/action.yml`);
    if (text !== null) return text;
  }
  throw new Error(`${uses} is no action of the commit`);
}

/** A file of a commit; `null` when there is none. */
function textAt({ objects }: Repository, sha: string, path: string): string | null {
  const file = filesOf(objects, commitAt(objects, sha).tree).get(path);
  return (file && getObject(objects, 'blob', file.sha)?.bytes.toString()) ?? null;
}

function resultsOf(
  main: Prepared,
  called: readonly { job: string; prepared: Prepared }[],
  jobs: readonly JobLog[],
): Record<string, Result> {
  const results = Object.fromEntries(jobs.map((job) => [job.key, job.result]));
  const fill = (prefix: string, ids: readonly string[]) => {
    for (const id of ids)
      if (!jobs.some(({ key }) => key === prefix + id || key.startsWith(`${prefix}${id} (`)))
        results[prefix + id] = 'skipped';
  };
  const calls = new Set(called.map(({ job }) => job));
  for (const { job, prepared } of called) fill(`${job} / `, Object.keys(prepared.file.jobs));
  const rest = Object.keys(main.file.jobs).filter((id) => !calls.has(id));
  fill('', rest);
  for (const id of rest) {
    const needs = [main.file.jobs[id]?.needs ?? []].flat();
    const failed = needs.find(
      (need) =>
        calls.has(need) && jobs.some((job) => job.key.startsWith(`${need} / `) && job.result === 'failure'),
    );
    if (failed !== undefined)
      throw new Error(
        `act runs nothing after a called workflow that failed (${failed}), GitHub does: ${id} is unknown`,
      );
  }
  return results;
}
