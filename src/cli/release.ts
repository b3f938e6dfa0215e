import { CancelledError, ConfigError } from '../core/errors.ts';
import type { ReleaseSite } from '../release/site.ts';
import type { DeployResult } from '../release/types.ts';
import { createRuntime } from '../runtime/node/index.ts';
import type { Runtime } from '../runtime/types.ts';
import type { Asked } from '../verbs/deploy.ts';
import type { Arguments } from './arguments.ts';
import { composeRelease } from './compose-release.ts';

/** Time that tidying after a cancel may take: a runner gives 7.5 s and then 2.5 s more. */
const tidyingMs = 7000;

/** `trainyard deploy`, with `--plan`, `--resume` or `--abort` what they say. */
export async function deploy(runtime: Runtime, args: Arguments): Promise<number> {
  const verb = await import('../verbs/deploy.ts');
  const asked = askedOf(args);
  const ways = ['plan', 'resume', 'abort'].filter((flag) => args.flag(flag));
  if (ways.length > 1) throw new ConfigError(`--${ways.join(' and --')} exclude each other.`);
  if (args.flag('resume')) return tidily(runtime, args, (site) => verb.resume(site, asked));
  if (args.flag('abort')) return tidily(runtime, args, (site) => verb.abort(site, asked));
  const options = {
    ...asked,
    version: required(args, 'version', 'as 1.2.0'),
    allowLower: args.flag('allow-lower'),
  };
  if (!args.flag('plan')) return tidily(runtime, args, (site) => verb.deploy(site, options));
  const plan = await verb.planDeployment(await composeRelease(runtime, tokenOf(runtime)), options);
  const print = await import('./print-release.ts');
  return write(args, plan, () => print.planned(plan), plan.refusals.length === 0 ? 0 : 2);
}

/** `trainyard rollback`, also `--unblock`. */
export async function rollback(runtime: Runtime, args: Arguments): Promise<number> {
  const verb = await import('../verbs/rollback.ts');
  const asked = askedOf(args);
  const version = args.text('unblock');
  if (version === null) {
    const options = { ...asked, to: args.text('to'), reason: args.text('reason') };
    return tidily(runtime, args, (site) => verb.rollback(site, options));
  }
  const state = await verb.unblock(await composeRelease(runtime, tokenOf(runtime)), { ...asked, version });
  return write(args, state, () => `Version ${version} may be deployed to ${state.environment} again.\n`, 0);
}

/** `trainyard reconcile`. */
export async function reconcile(runtime: Runtime, args: Arguments): Promise<number> {
  const [verb, print] = await Promise.all([import('../verbs/reconcile.ts'), import('./print-release.ts')]);
  const results = await verb.reconcile(await composeRelease(runtime, tokenOf(runtime)), askedOf(args));
  const exit = results.some(({ result }) => result === 'left') ? 3 : 0;
  return write(args, { environments: results }, () => print.reconciled(results), exit);
}

/** `trainyard status`. */
export async function status(runtime: Runtime, args: Arguments): Promise<number> {
  const [verb, print, report] = await Promise.all([
    import('../verbs/status.ts'),
    import('./print-release.ts'),
    import('../report/status.ts'),
  ]);
  const results = await verb.status(await composeRelease(runtime, tokenOf(runtime)), {
    ...askedOf(args),
    target: args.flag('target'),
  });
  const text = args.text('format') === 'md' ? report.statusMarkdown : print.statusTable;
  return write(args, { environments: results }, () => text(results), 0);
}

/** `trainyard history`. */
export async function history(runtime: Runtime, args: Arguments): Promise<number> {
  const [verb, print] = await Promise.all([import('../verbs/history.ts'), import('./print-release.ts')]);
  const count = countOf(args.text('count') ?? '20');
  const entries = await verb.history(await composeRelease(runtime, tokenOf(runtime)), {
    ...askedOf(args),
    count,
  });
  const text = args.text('format') === 'md' ? print.historyMarkdown : print.historyTable;
  return write(args, { deployments: entries }, () => text(entries), 0);
}

/** Does what may leave an environment half-way; a cancel is followed by a reconcile within the time a runner gives. */
async function tidily(
  runtime: Runtime,
  args: Arguments,
  work: (site: ReleaseSite) => Promise<DeployResult>,
): Promise<number> {
  const token = tokenOf(runtime);
  try {
    const result = await work(await composeRelease(runtime, token));
    return write(args, result, () => `${[result.reason, ...(result.used ?? [])].join('\n')}\n`, result.exit);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    const { reconcile: tidy } = await import('../verbs/reconcile.ts');
    const fresh = createRuntime({ signal: AbortSignal.timeout(tidyingMs), log: runtime.log });
    const results = await tidy(await composeRelease(fresh, token), askedOf(args), { cancelled: true }).catch(
      () => [],
    );
    for (const { environment, reason } of results) runtime.log.warn(`${environment}: ${reason}`);
    throw error;
  }
}

function askedOf(args: Arguments): Asked {
  return { model: args.text('model'), environment: args.text('env') };
}

function required(args: Arguments, name: string, example: string): string {
  const value = args.text(name);
  if (value !== null) return value;
  throw new ConfigError(`--${name} is missing.`, { expected: example });
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new ConfigError(`--count ${text} is no number of deployments.`, {
    expected: 'a whole number from 1',
  });
}

function tokenOf({ random }: Runtime): string {
  return Buffer.from(random.bytes(16)).toString('hex');
}

function write(args: Arguments, document: unknown, text: () => string, exit: number): number {
  process.stdout.write(args.flag('json') ? `${JSON.stringify(document, null, 2)}\n` : text());
  return exit;
}
