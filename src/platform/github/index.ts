import { ConfigError } from '../../core/errors.ts';
import { isSha } from '../../git/names.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { CheckRequest, Platform, RunContext } from '../types.ts';
import { latestTag } from './ancestry.ts';
import type { ArtifactUploads } from './artifacts.ts';
import { createAttempts } from './attempts.ts';
import { ensureCheck } from './check.ts';
import { ensureComment } from './comment.ts';
import { createCommits } from './commits.ts';
import { githubContext, type JobContext } from './context.ts';
import { createOutputs } from './outputs.ts';
import { type PullRequestNow, pullNow } from './pulls.ts';
import { readRunner } from './runner.ts';
import { outdated, superseded } from './superseded.ts';
import { acceptsTrust } from './trust.ts';
import { createVerdicts } from './verdicts.ts';

export interface GitHubPlatformOptions {
  runtime: Runtime;
  client: GitHubClient;
  uploads: ArtifactUploads;
  /** Absolute folder for the files of the report; the job uploads it. */
  reports: string;
  /** What the token can do, where that is known or of no interest; it is asked for otherwise. */
  token?: RunContext['trust']['token'];
}

/**
 * GitHub as the place where code is reviewed, for one job of GitHub Actions. Remote writes are found again by marker or
 * id and repeated freely; what records, artifacts and payloads claim is checked against the API. Outside of a job:
 * ConfigError.
 */
export function createGitHubPlatform(options: GitHubPlatformOptions): Platform {
  const { runtime, client, uploads, reports } = options;
  const runner = readRunner(runtime);
  const commits = createCommits(client);
  let asked: Promise<JobContext> | null = null;
  /** The pull request as last seen. */
  let now: PullRequestNow | null = null;
  const context = () => {
    asked ??= githubContext(runtime, client, runner, { commit: commits.commit, token: options.token });
    return asked;
  };
  /** With the validator of records, which a comparison of files need not load. */
  const keptRuns = async () => {
    const { createKeptRuns } = await import('./kept-runs.ts');
    return createKeptRuns(runtime, client, uploads, commits);
  };
  return {
    id: 'github',
    context,
    ...commits,
    latestTag: async (sha, known = []) => (isSha(sha) ? latestTag(client, sha, known) : null),
    promotable: async (...asked) => (await keptRuns()).promotable(...asked),
    keepRecord: async (record) => (await keptRuns()).keepRecord(record),
    runById: async (...asked) => (await keptRuns()).runById(...asked),
    ...createVerdicts(client, runner, uploads),
    ...createAttempts(client, uploads, context),
    ...createOutputs(runtime, runner, reports),
    accepts: acceptsTrust,

    async ensureComment(request) {
      const { pullRequest: number, headSha, baseBranch } = await context();
      if (number === null) return { result: 'skipped', url: runner.runUrl };
      const done = await ensureComment(runtime, client, { number, judged: { headSha, baseBranch } }, request);
      ({ now } = done);
      return done.written;
    },

    async ensureCheck(request) {
      const { pullRequest, headSha, baseBranch } = await context();
      const head = headOf(request);
      if (pullRequest !== null && request.status === 'completed' && head === headSha) {
        now ??= await pullNow(client, pullRequest);
        const why = outdated({ headSha, baseBranch }, now);
        if (why !== null) return ensureCheck(runtime, client, head, superseded(request, why), runner.runUrl);
      }
      return ensureCheck(runtime, client, head, request, runner.runUrl);
    },
  };
}

function headOf({ headSha, name }: CheckRequest): string {
  if (headSha !== null) return headSha;
  throw new ConfigError(`The check "${name}" has no commit to hang on.`, {
    expected: 'an event with a head commit',
  });
}
