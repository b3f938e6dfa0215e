import type { Watch } from '../config/watch.ts';
import { type Assessment, assess, worstPhase } from '../core/rollout/analysis.ts';
import { measure } from '../core/rollout/measure.ts';
import type { AnalysisPhase, Measurement } from '../core/rollout/types.ts';
import type { Placement } from '../targets/types.ts';
import type { Journal } from './journal.ts';
import type { Circumstances } from './placeholders.ts';
import { probed } from './probes.ts';
import { read } from './readings.ts';
import { measured } from './state.ts';
import { steadily } from './steady.ts';
import type { ReleaseDeps } from './types.ts';

/** What was seen of a version that has traffic. */
export interface Observed {
  phase: 'good' | 'failed' | 'inconclusive' | 'error';
  reason: string;
}

/**
 * Watches a version while it bakes: the target and the probes must say that it answers, then its metrics are measured
 * until each has been seen often enough and the time is over. The first that goes wrong ends it. A rollback is probed
 * and not measured: it has to be quick.
 */
export async function observe(
  deps: ReleaseDeps,
  journal: Journal,
  placement: Placement,
  { weight, bake }: { weight: number; bake: number },
): Promise<Observed> {
  const { environment } = deps;
  const about = { ...placement, environment: environment.name, weight };
  const reason = await firstComplaint(deps, about, placement);
  if (reason !== null) return { phase: 'failed', reason };
  const watches = journal.books.record.kind === 'rollback' ? [] : environment.analysis;
  return analyse(deps, journal, about, watches, bake);
}

async function firstComplaint(
  deps: ReleaseDeps,
  about: Circumstances,
  placement: Placement,
): Promise<string | null> {
  const own = await steadily(deps.runtime, 'Asking the target', () => deps.target.probe(placement));
  if (own !== null) return own;
  for (const probe of deps.environment.probes) {
    const reason = await probed(deps, probe, about);
    if (reason !== null) return reason;
  }
  return null;
}

async function analyse(
  deps: ReleaseDeps,
  journal: Journal,
  about: Circumstances,
  watches: readonly Watch[],
  bake: number,
): Promise<Observed> {
  const { clock, signal } = deps.runtime;
  const stop = new AbortController();
  const notes = [...journal.books.record.measurements];
  const running = watches.map(async (watch) => {
    const count = watch.count ?? Math.max(1, Math.floor(bake / watch.interval));
    const following = { watch, count, about, notes, signal: AbortSignal.any([signal, stop.signal]) };
    const assessment = await follow(deps, following);
    if (!watch.dryRun && isBad(assessment.phase)) stop.abort();
    return { watch, assessment };
  });
  const baked = clock.sleep(bake * 1000, AbortSignal.any([signal, stop.signal])).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  const [results] = await Promise.all([Promise.all(running), baked]);
  await journal.write('measured', (books) => measured(books, notes));
  return conclusion(results.filter(({ watch }) => !watch.dryRun));
}

/** A metric during one step: `count` measurements, which are noted for the record. */
interface Following {
  watch: Watch;
  count: number;
  about: Circumstances;
  notes: Journal['books']['record']['measurements'];
  signal: AbortSignal;
}

/** Measures one metric until it is decided, or another one has gone wrong. */
async function follow(
  deps: ReleaseDeps,
  { watch, count, about, notes, signal }: Following,
): Promise<Assessment> {
  const { clock, log } = deps.runtime;
  const taken: Measurement[] = [];
  for (;;) {
    await clock.sleep(watch.interval * 1000, signal).catch((error: unknown) => {
      if (deps.runtime.signal.aborted) throw error;
    });
    if (signal.aborted) return { phase: 'running', reason: '' };
    const measurement = measure(await read(deps, watch.provider, about), watch);
    taken.push(measurement);
    const { value, phase, message } = measurement;
    notes.push({
      metric: watch.metric,
      at: clock.now().toISOString(),
      value,
      phase,
      message: message.slice(0, 1000),
    });
    log.info(`          ${watch.metric}${watch.dryRun ? ' (dry run)' : ''}: ${phase}, ${message}`);
    const assessment = assess(watch, taken, count);
    if (assessment.phase !== 'running') return assessment;
  }
}

function isBad(phase: AnalysisPhase): boolean {
  return phase !== 'successful' && phase !== 'running';
}

function conclusion(results: readonly { watch: Watch; assessment: Assessment }[]): Observed {
  const worst = worstPhase(results.map(({ assessment }) => assessment.phase));
  if (worst === 'successful' || worst === 'running') return { phase: 'good', reason: '' };
  const of = results.find(({ assessment }) => assessment.phase === worst);
  return { phase: worst, reason: `${of?.watch.metric}: ${of?.assessment.reason}` };
}
