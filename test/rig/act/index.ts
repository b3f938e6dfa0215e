import { makeFolder } from '../command.ts';
import {
  type FakeGitHub,
  type GitHubOptions,
  type Repository,
  type RepositorySeed,
  startGitHub,
} from '../github/index.ts';
import type { WorkflowEvent } from './events.ts';
import { type RunOptions, runWorkflow, type WorkflowResult } from './run.ts';

export {
  dispatchEvent,
  mergeGroupEvent,
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  scheduleEvent,
  tagEvent,
  type WorkflowEvent,
  workflowRunEvent,
} from './events.ts';
export type { Annotation, JobLog, Result } from './log.ts';
export type { RunOptions, WorkflowResult } from './run.ts';

/** A fake GitHub with one repository whose workflows really run, under act. */
export interface Actions {
  github: FakeGitHub;
  repository: Repository;
  /** Runs the workflow file at `path`, as it is in the event's commit. */
  run(path: string, event: WorkflowEvent, options?: RunOptions): Promise<WorkflowResult>;
  /** Throws when the fake GitHub found something wrong. */
  close(): Promise<void>;
}

export interface ActionsSeed extends RepositorySeed {
  /** A real repository whose commits, branches and tags it begins with. */
  folder?: string;
  name?: string;
  github?: GitHubOptions;
}

/** For `afterAll`: `removeFolders` of test/rig/command.ts. */
export async function startActions({
  folder,
  name,
  github: options,
  ...seed
}: ActionsSeed): Promise<Actions> {
  const github = await startGitHub(options);
  const repository = github.state.repository(name ?? 'octo/flights', seed);
  if (folder !== undefined) github.state.importRepository(repository, folder);
  const place = makeFolder();
  return {
    github,
    repository,
    run: (path, event, options = {}) => runWorkflow(github, repository, place, path, event, options),
    close: () => github.close(),
  };
}
