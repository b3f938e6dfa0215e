import { ConfigError } from '../core/errors.ts';
import { readRun } from '../platform/github/artifacts.ts';
import { completedCheck } from '../platform/github/check.ts';
import { payloadOf } from '../platform/github/payload.ts';
import { readPayload } from '../platform/github/runner.ts';
import type { RunContext } from '../platform/types.ts';
import { aggregateCheck } from '../run/publish.ts';
import type { Site } from './site.ts';

/**
 * Whether there is something to report. Always, for a run of its own. On `workflow_run` only for a run that GitHub
 * itself says was one of our workflow, for a pull request, on the head that the event names, and that has not put its
 * verdict on that head already; a run for a head that nobody waits for any more gets its check closed and nothing else.
 */
export async function reportable(site: Site): Promise<boolean> {
  if (site.runner.event !== 'workflow_run') return true;
  const context = await site.platform.context();
  if (!(await isOurs(site, context))) return false;
  const { headSha, runId } = context;
  if (headSha === null || runId === null) return false;
  const told = await completedCheck(site.client, { headSha, name: aggregateCheck, externalId: runId });
  if (told !== null && told >= (await attemptStarted(site))) {
    site.runtime.log.info('That run has put its verdict on the commit itself: nothing is left to report.');
    return false;
  }
  if (context.pullRequest !== null) return true;
  await closeCheck(site, context);
  return false;
}

/** When the attempt that is reported began: a check of an earlier one says nothing about it. */
async function attemptStarted({ runner, runtime }: Site): Promise<string> {
  return payloadOf(runner.event, await readPayload(runtime)).text('workflow_run.run_started_at') ?? '';
}

async function isOurs({ client, inputs, runtime }: Site, context: RunContext): Promise<boolean> {
  const wanted = inputs.required(
    'workflow',
    'the path of the workflow that trains, as .github/workflows/trainyard.yml',
  );
  const run = await readRun(client, Number(context.runId));
  if (run === null)
    throw new ConfigError(`GitHub shows no run ${context.runId} to this token.`, {
      expected: 'permissions: actions: read',
    });
  const { log } = runtime;
  if (run.path !== wanted) log.info(`Run ${run.id} is one of ${run.path}, not of ${wanted}: not reported.`);
  else if (run.event !== 'pull_request')
    log.info(`Run ${run.id} is for the event ${run.event}: it reports itself.`);
  else if (run.headSha !== context.headSha)
    log.info(`Run ${run.id} is for another head than the event says.`);
  else return true;
  return false;
}

async function closeCheck({ platform, runtime }: Site, context: RunContext): Promise<void> {
  const sentence = context.baseProblem ?? 'No pull request waits for this verdict any more.';
  runtime.log.info(sentence);
  await platform.ensureCheck({
    ...{ name: aggregateCheck, headSha: context.headSha, externalId: context.runId ?? '' },
    ...{ status: 'completed', conclusion: 'cancelled', title: 'Not judged', summary: sentence, text: '' },
    annotations: [],
  });
}
