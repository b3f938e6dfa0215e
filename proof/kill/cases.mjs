import { alwaysHolds, endHolds } from './holds.mjs';
import { createProcess, isLedger, Killed } from './process.mjs';
import { createWorld, discard, documentOf, servedVersions } from './world.mjs';

const kinds = ['before', 'after', 'cancel', 'once', 'ever', 'lost', 'twice', 'overtaken', 'tidied'];

/** Faults that a change of a file can meet. */
const fileKinds = ['before', 'after', 'once'];

/** A scenario's cases: its calls, as counted in an undisturbed run, times the faults. */
export async function casesOf(scenario, modules) {
  const { calls, violations } = await playCase(scenario, modules, null);
  const faults = calls.flatMap((name, number) => kindsOf(name).map((kind) => ({ kind, name, number })));
  return { calls, violations, faults };
}

function kindsOf(name) {
  if (name.startsWith('files.')) return fileKinds;
  return isLedger(name) ? [...kinds, 'down'] : kinds;
}

/** Plays one case and gives what does not hold. `again` kills the reconcile that follows, too, at that call. */
export async function playCase(scenario, modules, fault, again = null) {
  const world = createWorld(scenario.kind);
  world.files = modules.nodeFiles;
  world.metric = (version) => (version === '1.1.0' ? (scenario.metric ?? 0) : 0);
  try {
    for (const step of scenario.before) await undisturbed(world, scenario, modules, step);
    if (scenario.mendedMetric !== undefined) world.metric = () => scenario.mendedMetric;
    return await disturbed(world, scenario, modules, fault, again);
  } finally {
    discard(world);
  }
}

async function disturbed(world, scenario, modules, fault, again) {
  const { environment, files } = scenario;
  const wasLive = scenario.before.length > 0;
  const liveBefore = documentOf(world, 'state')?.live?.deployment;
  const overtaken = { version: null };
  const meanwhile = async () => {
    const others = await tidy(world, scenario, modules, null);
    if (others.length > 0 || fault.kind === 'tidied') return;
    // What is held has to be decided on first: whoever comes then goes back.
    if (isHeld(world))
      await undisturbed(world, scenario, modules, (verbs, site) => verbs.abort(site, nobody));
    await undisturbed(world, scenario, modules, deployNext);
    overtaken.version = '1.3.0';
  };
  const process = createProcess(world, modules, {
    environment,
    files,
    endures: scenario.endures,
    fault: fault && { ...fault, meanwhile },
  });
  const told = await outcome(scenario.act, modules, process);
  process.exit();
  const violations = [...process.state.violations, ...alwaysHolds(world, wasLive)];
  const live = documentOf(world, 'state')?.live ?? null;
  const recorded = live?.deployment === liveBefore ? null : live;
  if (keepsLock(world, process, told, modules) && !fault?.name.startsWith('locks.') && fault?.kind !== 'down')
    violations.push('a run that ended by itself keeps the lock');
  if (isOut(fault) && scenario.serves !== undefined) {
    const served = servedVersions(world).join(' and ');
    if (served !== scenario.serves)
      violations.push(`${served} serves after the ledger was gone, not ${scenario.serves}`);
  }
  if (told instanceof modules.errors.CancelledError) await tidy(world, scenario, modules, process.token);
  if (again !== null) await tidy(world, scenario, modules, null, { kind: 'after', number: again });
  const reconciled = await tidy(world, scenario, modules, null);
  const later = told?.result === 'succeeded' ? told.record.candidate.version : overtaken.version;
  const expected =
    overtaken.version === null ? scenario : { ...scenario, lives: [overtaken.version, later], leaves: null };
  const problems = [...reconciled, ...violations, ...endHolds(world, expected)];
  problems.push(...promises(world, told, recorded, overtaken.version));
  problems.push(...(await goesOn(world, scenario, modules, overtaken.version)));
  return { calls: process.state.calls, violations: problems, recovered: reconciled.length === 0 };
}

const nobody = { model: null, environment: null };
const deployNext = (verbs, site) => verbs.deploy(site, { ...nobody, version: '1.3.0', allowLower: false });

/** What was told or recorded stays true. */
function promises(world, told, recorded, overtaken) {
  const found = [];
  const state = documentOf(world, 'state');
  if (told?.result === 'succeeded' && overtaken === null && state?.live?.deployment !== told.record.id)
    found.push('what was told to be live is not');
  if (recorded !== null && overtaken === null && state?.live?.deployment !== recorded.deployment)
    found.push(`${recorded.version} was recorded as live and is not any more`);
  return found;
}

/** Whether the ledger, or only its writing, was gone to the end. */
function isOut(fault) {
  return fault?.kind === 'down' || (fault?.kind === 'ever' && isLedger(fault.name));
}

function keepsLock({ lock }, { token }, told, { errors }) {
  const ended = !(told instanceof Killed) && !(told instanceof errors.CancelledError);
  return ended && lock.holder?.token === token;
}

/** Nothing is stuck: the next version can be deployed, once nobody is asked to decide. */
async function goesOn(world, scenario, modules, overtaken) {
  if (overtaken !== null) return [];
  try {
    if (isHeld(world))
      await undisturbed(world, scenario, modules, (verbs, site) => verbs.abort(site, nobody));
    const { result } = await undisturbed(world, scenario, modules, deployNext);
    return result === 'succeeded'
      ? endHolds(world, { lives: ['1.3.0'] })
      : ['the next deployment does not work'];
  } catch (error) {
    return [`the next deployment fails: ${error.message}`];
  }
}

function isHeld(world) {
  const state = documentOf(world, 'state');
  return state !== null && state.open !== null && documentOf(world, state.open)?.state === 'held';
}

async function undisturbed(world, { environment }, modules, step) {
  const process = createProcess(world, modules, { environment });
  try {
    return await step(modules.verbs, siteOf(process.deps));
  } finally {
    process.exit();
  }
}

/** A reconcile by a fresh process; with a token, by the one that was cancelled. */
async function tidy(world, { environment }, modules, token, fault = null) {
  const process = createProcess(world, modules, { environment, fault });
  if (token !== null) process.deps.token = token;
  try {
    const [done] = await modules.verbs.reconcile(siteOf(process.deps), nobody);
    return done.result === 'left' ? [`reconcile gives up: ${done.reason}`] : [];
  } catch (error) {
    if (error instanceof Killed) return [];
    return [`reconcile fails: ${error.message}`];
  } finally {
    process.exit();
  }
}

/** What the act gives, or what it throws, as long as it is an error that a user may meet. */
async function outcome(act, modules, process) {
  const { ConfigError, UpstreamError, CancelledError } = modules.errors;
  try {
    return await act(modules.verbs, siteOf(process.deps));
  } catch (error) {
    if ([ConfigError, UpstreamError, CancelledError, Killed].some((known) => error instanceof known))
      return error;
    process.state.violations.push(`a bug: ${error.stack}`);
    return error;
  }
}

export function siteOf(deps) {
  const model = { name: 'churn', policy: { onInconclusive: 'warn' }, deploy: [deps.environment] };
  return {
    config: async () => ({ file: 'trainyard.yml', models: [model] }),
    open: async (_model, environment) => ({ ...deps, environment }),
  };
}
