import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '../../../src/github/client.ts';
import type { GitHubClient } from '../../../src/github/types.ts';
import type { ArtifactUploads } from '../../../src/platform/github/artifacts.ts';
import { createGitHubPlatform } from '../../../src/platform/github/index.ts';
import type { Platform } from '../../../src/platform/types.ts';
import type { Runtime } from '../../../src/runtime/types.ts';
import { makeFolder, makeRuntime, put } from '../../git/repository.ts';
import { quickClock } from '../../github/scripted.ts';
import { type Builders, type FakeGitHub, startGitHub } from '../../rig/github/index.ts';

export type GitHub = Builders & FakeGitHub;
export type Repository = ReturnType<GitHub['repository']>;
export type Run = ReturnType<GitHub['workflowRun']>;

export const workflow = '.github/workflows/trainyard.yml';

const started: GitHub[] = [];

/** A fake GitHub with a repository `octo/flights` whose `main` has one commit. */
export async function startSite(files: Record<string, string> = { 'notes.txt': '1' }): Promise<{
  github: GitHub;
  repository: Repository;
}> {
  const server = await startGitHub();
  const github = { ...server, ...server.state };
  started.push(github);
  return { github, repository: github.repository('octo/flights', { files }) };
}

export async function stopSites(): Promise<void> {
  const ended = await Promise.allSettled(started.splice(0).map((github) => github.close()));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

/** A runtime that waits for nothing, with the runner's variables of a job. */
export function jobRuntime(env: Record<string, string> = {}): Runtime {
  return makeRuntime({
    env,
    clock: quickClock(Date.now()),
    random: { bytes: (count) => new Uint8Array(count), fraction: () => 0.5 },
  });
}

/** Lists show what is new two seconds later, by this clock. */
export function showLate(github: GitHub, now: () => number): void {
  const since = new WeakMap<object, number>();
  github.raw.visibility = {
    lag: 0,
    created(item) {
      since.set(item, now());
      return item;
    },
    shown: (items) => items.filter((item) => now() - (since.get(item) ?? Number.NEGATIVE_INFINITY) >= 2000),
  };
}

/** A client with a token of its own. */
export function clientFor(
  github: GitHub,
  runtime: Runtime,
  permissions: Parameters<GitHub['token']>[0] = 'write-all',
): GitHubClient {
  return createClient({
    token: github.token(permissions),
    apiUrl: github.url,
    graphqlUrl: github.graphqlUrl,
    repository: 'octo/flights',
    runtime,
  });
}

export interface JobSeed {
  event: string;
  sha: string;
  ref?: string;
  payload?: object;
  permissions?: Parameters<GitHub['token']>[0];
  /** Run the job belongs to; artifacts are kept there. */
  run?: Run;
  env?: Record<string, string>;
}

/** Uploads as the runner's service does them: into the job's own run. */
export function uploadsTo(github: GitHub, run: Run): ArtifactUploads {
  return {
    async upload(name, files) {
      if (run.artifacts.some((artifact) => artifact.name === name)) return false;
      const content = files.map((file) => [file.path, 'text' in file ? file.text : readFileSync(file.file)]);
      github.artifact(run, { name, files: Object.fromEntries(content) });
      return true;
    },
  };
}

/** The platform as one job of GitHub Actions sees it. */
export function platformOf(
  github: GitHub,
  repository: Repository,
  seed: JobSeed,
): { platform: Platform; client: GitHubClient; runtime: Runtime } {
  const folder = makeFolder();
  put(folder, 'event.json', JSON.stringify({ repository: { default_branch: 'main' }, ...seed.payload }));
  const run =
    seed.run ??
    github.workflowRun(repository, { headSha: seed.sha, event: seed.event, status: 'in_progress' });
  const runtime = jobRuntime({
    GITHUB_EVENT_NAME: seed.event,
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
    GITHUB_SHA: seed.sha,
    GITHUB_REF: seed.ref ?? 'refs/heads/main',
    GITHUB_REPOSITORY: 'octo/flights',
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_WORKFLOW_REF: `octo/flights/${workflow}@refs/heads/main`,
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    ...seed.env,
  });
  const client = clientFor(github, runtime, seed.permissions);
  const uploads = uploadsTo(github, run);
  const platform = createGitHubPlatform({ runtime, client, uploads, reports: join(folder, 'reports') });
  return { platform, client, runtime };
}

/** A job of a pull request, with the payload GitHub sends. */
export function pullRequestJob(
  github: GitHub,
  repository: Repository,
  number: number,
  seed: Partial<JobSeed> = {},
): ReturnType<typeof platformOf> & { headSha: string; mergeSha: string; baseSha: string } {
  const pull = repository.issues.get(number)?.pull;
  const mergeSha = repository.refs.get(`refs/pull/${number}/merge`);
  if (!pull || mergeSha === undefined) throw new Error(`#${number} has no test merge`);
  const { sha: headSha, ref } = pull.head;
  const { baseSha } = pull;
  const payload = {
    pull_request: { number, head: { sha: headSha, ref }, base: { sha: baseSha, ref: pull.base } },
  };
  const run = github.workflowRun(repository, {
    headSha,
    event: 'pull_request',
    headBranch: ref,
    status: 'in_progress',
  });
  const common = { event: 'pull_request', sha: mergeSha, ref: `refs/pull/${number}/merge`, payload, run };
  return { ...platformOf(github, repository, { ...common, ...seed }), headSha, mergeSha, baseSha };
}
