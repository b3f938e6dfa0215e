import { ConfigError, UpstreamError } from '../core/errors.ts';
import { readBooks, readState } from '../release/books.ts';
import { type Destination, destinations, type ReleaseSite } from '../release/site.ts';
import type { EnvironmentStatus, TargetAnswer } from '../report/status.ts';
import type { Target } from '../targets/types.ts';
import type { Asked } from './deploy.ts';

/** Time a target has to answer. */
const patienceMs = 10_000;

/** What the ledger says is live where, and with `target` what each target says, for as long as it answers in 10 s. */
export async function status(
  site: ReleaseSite,
  { target, ...asked }: Asked & { target: boolean },
): Promise<EnvironmentStatus[]> {
  const found = await destinations(site, asked);
  return Promise.all(
    found.map(async (destination) => {
      const known = await statusOf(site, destination);
      return target ? { ...known, target: await answerOf(site, destination, known) } : known;
    }),
  );
}

async function answerOf(
  site: ReleaseSite,
  { model, environment }: Destination,
  { live, open }: EnvironmentStatus,
): Promise<TargetAnswer> {
  const ended = new AbortController();
  const { target, runtime } = await site.open(model, environment, ended.signal);
  const tooLate = runtime.clock.sleep(patienceMs, AbortSignal.any([runtime.signal, ended.signal])).then(
    (): TargetAnswer => ({ unreachable: `it does not answer within ${patienceMs / 1000} s` }),
    (error: unknown) => {
      if (runtime.signal.aborted) throw error;
      return { unreachable: '' };
    },
  );
  try {
    return await Promise.race([tooLate, agreement(target, live, open)]);
  } finally {
    ended.abort();
  }
}

/** What the target says. A version with some of the traffic is in order while a deployment is under way. */
async function agreement(
  target: Target,
  live: EnvironmentStatus['live'],
  open: EnvironmentStatus['open'],
): Promise<TargetAnswer> {
  try {
    const { stable, candidate } = await target.current();
    const same = (stable?.deployment ?? null) === (live?.deployment ?? null);
    return { stable, candidate, agrees: same && (candidate === null || open !== null) };
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof ConfigError)) throw error;
    return { unreachable: error.message };
  }
}

async function statusOf(site: ReleaseSite, { model, environment }: Destination): Promise<EnvironmentStatus> {
  const deps = await site.open(model, environment);
  const { state } = await readState(deps);
  const record = state.open === null ? null : (await readBooks(deps, state.open)).books.record;
  const last = record?.journal.at(-1);
  return {
    ...{ model: model.name, environment: environment.name, live: state.live },
    open: record && {
      ...{ id: record.id, state: record.state, reason: record.reason, version: record.candidate.version },
      step:
        last === undefined ? 'prepare' : last.weight === null ? last.step : `${last.step} ${last.weight} %`,
    },
    ...{ blocked: state.blocked, url: environment.url },
  };
}
