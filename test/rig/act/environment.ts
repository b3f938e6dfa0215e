import { repositoryRoot } from '../build.ts';
import type { FakeGitHub, Repository, WorkflowRun } from '../github/index.ts';
import type { WorkflowEvent } from './events.ts';
import { toolsOf } from './tools.ts';

/**
 * Variables of the runner that act does not set or sets otherwise (docs.github.com, "Variables reference"), and those by
 * which the stand-ins find what they stand before. On a real runner only actions, not `run:` steps, see ACTIONS_….
 */
export function jobEnvironment(
  github: FakeGitHub,
  repository: Repository,
  run: WorkflowRun,
  event: WorkflowEvent,
  { path, remotes }: { path: string; remotes: string },
): Record<string, string> {
  const [, kind, name] = /^refs\/(heads|tags|pull)\/(.+)$/.exec(event.ref) ?? [];
  return {
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_SERVER_URL: github.serverUrl,
    GITHUB_REPOSITORY: repository.fullName,
    GITHUB_REPOSITORY_ID: String(repository.id),
    GITHUB_REPOSITORY_OWNER: repository.owner,
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_NUMBER: String(run.number),
    GITHUB_RUN_ATTEMPT: String(run.attempt),
    GITHUB_WORKFLOW_REF: `${repository.fullName}/${path}@${event.ref}`,
    GITHUB_WORKFLOW_SHA: event.sha,
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: name ?? event.ref,
    GITHUB_REF_TYPE: kind === 'tags' ? 'tag' : 'branch',
    GITHUB_REF_PROTECTED: String(repository.protected.has(event.ref)),
    GITHUB_HEAD_REF: event.headRef ?? '',
    GITHUB_BASE_REF: event.baseRef ?? '',
    GITHUB_TRIGGERING_ACTOR: event.actor,
    GITHUB_RETENTION_DAYS: String(repository.retentionDays),
    ACTIONS_RESULTS_URL: `${github.resultsUrl}/`,
    ACTIONS_RUNTIME_URL: `${github.resultsUrl}/`,
    ACTIONS_RUNTIME_TOKEN: github.runtimeToken(run),
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 1',
    TRAINYARD_RIG_ROOT: repositoryRoot,
    TRAINYARD_RIG_REMOTES: remotes,
    TRAINYARD_RIG_PYTHON: toolsOf().python,
  };
}
