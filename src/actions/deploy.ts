import { ConfigError } from '../core/errors.ts';
import type { Patience } from '../github/limits.ts';
import type { ReleaseSite } from '../release/site.ts';
import type { DeployResult } from '../release/types.ts';
import { deploymentSummary } from '../report/deployment.ts';
import { statusMarkdown } from '../report/status.ts';
import {
  type ActionsRuntime,
  readInputs,
  readState,
  saveState,
  setOutput,
} from '../runtime/actions/index.ts';
import * as verb from '../verbs/deploy.ts';
import { reconcile as reconcileLeft } from '../verbs/reconcile.ts';
import { rollback as rollBack, unblock } from '../verbs/rollback.ts';
import { status as statusOf } from '../verbs/status.ts';
import { requireNoProposal } from './record.ts';
import { openRelease } from './release-site.ts';
import { openSite, type Site } from './site.ts';

/** What the `post` part needs to take over the lock of a step that was killed. */
const tokenState = 'trainyard-lock';

/** The step that deploys a version, or decides on one that is held. */
export async function deploy(runtime: ActionsRuntime): Promise<number> {
  return changing(runtime, 'deploy', (site, release) => {
    const { inputs } = site;
    const held = inputs.oneOf('held', ['resume', 'abort']);
    if (held === 'resume') return verb.resume(release, askedOf(site));
    if (held === 'abort') return verb.abort(release, askedOf(site));
    const version = inputs.required('version', 'the version to deploy, as 1.2.0').replace(/^v/, '');
    return verb.deploy(release, {
      ...askedOf(site),
      version,
      allowLower: inputs.boolean('allow-lower') ?? false,
    });
  });
}

/** The step that goes back to the last good version, or the one that is named, or only lifts the block of a version. */
export async function rollback(runtime: ActionsRuntime): Promise<number> {
  const version = readInputs().text('unblock')?.replace(/^v/, '') ?? null;
  if (version !== null) return liftBlock(runtime, version);
  const going = (site: Site, release: ReleaseSite) =>
    rollBack(release, {
      ...askedOf(site),
      to: site.inputs.text('to')?.replace(/^v/, '') ?? null,
      reason: site.inputs.text('reason'),
    });
  return changing(runtime, 'rollback', going, hurried);
}

async function liftBlock(runtime: ActionsRuntime, version: string): Promise<number> {
  const site = openSite(runtime, 'write');
  await requireNoProposal(site, 'rollback');
  if (site.inputs.text('to') !== null)
    throw new ConfigError('The inputs "unblock" and "to" exclude each other.', {
      hint: 'Leave "unblock" out to go back to a version, "to" to lift a block.',
    });
  const { environment } = await unblock(openRelease(site, drawToken(runtime)), { ...askedOf(site), version });
  setOutput('result', 'unblocked');
  runtime.log.notice(`Version ${version} may be deployed to ${environment} again.`, {
    title: 'trainyard: unblocked',
  });
  return 0;
}

/** The step that finishes or turns back what dead runs left. */
export async function reconcile(runtime: ActionsRuntime): Promise<number> {
  const site = openSite(runtime, 'write');
  await requireNoProposal(site, 'reconcile');
  const results = await reconcileLeft(openRelease(site, drawToken(runtime)), askedOf(site));
  for (const { environment, model, result, reason } of results) {
    const tell = result === 'clean' ? runtime.log.info : runtime.log.warn;
    tell(`${model} in ${environment}: ${result}. ${reason}`);
  }
  setOutput('result', JSON.stringify(results));
  return results.some(({ result }) => result === 'left') ? 3 : 0;
}

/** The step that shows what is live where. */
export async function status(runtime: ActionsRuntime): Promise<number> {
  const site = openSite(runtime);
  const target = site.inputs.boolean('target') ?? false;
  if (target) await requireNoProposal(site, 'status');
  const results = await statusOf(openRelease(site, drawToken(runtime)), { ...askedOf(site), target });
  await site.platform.writeSummary(statusMarkdown(results));
  setOutput('status', JSON.stringify(results));
  return 0;
}

/** A version that is bad serves while a rollback waits for GitHub. */
const hurried: Patience = { failuresMs: 10_000, limitsMs: 10_000 };

/** What the `post` part of a step does that was killed while it deployed: it takes over its own lock and tidies. */
export async function tidyDeployment(runtime: ActionsRuntime, how: { cancelled: boolean }): Promise<void> {
  const token = readState(tokenState);
  if (token === null) return;
  const site = openSite(runtime, 'write');
  for (const { environment, reason } of await reconcileLeft(openRelease(site, token), askedOf(site), how))
    runtime.log.warn(`${environment}: ${reason}`);
}

async function changing(
  runtime: ActionsRuntime,
  name: string,
  work: (site: Site, release: ReleaseSite) => Promise<DeployResult>,
  patience?: Patience,
): Promise<number> {
  const site = openSite(runtime, 'write', patience);
  await requireNoProposal(site, name);
  const token = drawToken(runtime);
  saveState(tokenState, token);
  const { result, record, reason, exit, used } = await work(site, openRelease(site, token));
  setOutput('result', result);
  setOutput('deployment', record?.id ?? '');
  setOutput('version', record?.candidate.version ?? '');
  await site.platform.writeSummary(deploymentSummary(reason, record, used));
  for (const said of used ?? []) runtime.log.info(said);
  const tell = exit === 0 ? runtime.log.notice : runtime.log.error;
  tell(reason, { title: `trainyard: ${result}` });
  return exit;
}

function askedOf({ inputs }: Site): verb.Asked {
  return { model: inputs.text('model'), environment: inputs.text('environment') };
}

function drawToken({ random }: ActionsRuntime): string {
  return Buffer.from(random.bytes(16)).toString('hex');
}
