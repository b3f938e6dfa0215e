import { readBooks, readState } from '../release/books.ts';
import { type Destination, destinations, type ReleaseSite } from '../release/site.ts';
import type { EnvironmentStatus } from '../report/status.ts';
import type { Asked } from './deploy.ts';

/** What the ledger says is live where; the targets are not asked. */
export async function status(site: ReleaseSite, asked: Asked): Promise<EnvironmentStatus[]> {
  return Promise.all((await destinations(site, asked)).map((destination) => statusOf(site, destination)));
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
