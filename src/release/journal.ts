import { ConfigError, UpstreamError } from '../core/errors.ts';
import { readDeployment, readEnvironment } from '../formats/deployment.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import { TakenOver } from '../targets/fence.ts';
import type { Placement } from '../targets/types.ts';
import { historyPath, recordPath, statePath } from './paths.ts';
import { adopted, emptyState } from './state.ts';
import type { Books, ReleaseDeps } from './types.ts';

type Place = Pick<ReleaseDeps, 'runtime' | 'documents' | 'model' | 'environment'>;

/** Attempts until a write gives up, and the longest pause between two; together about two minutes. */
const maxTries = 60;
const maxPauseMs = 4000;

/** Entries listed in the state; half of them are sealed into a part of the history when there are more. */
const listed = 100;

/** The books of one deployment, written before and after everything it does. */
export interface Journal {
  readonly books: Books;
  /**
   * Writes what `change` makes of the books, by compare-and-swap. A deployment that was taken over from, or has ended by
   * somebody else's hand, is refused with `TakenOver`. `change` may be applied several times, to newer books each time.
   */
  write(what: string, change: (books: Books) => Books): Promise<void>;
}

/** The version a deployment places. */
export function placementOf({ books }: Journal): Placement {
  const { id, model, candidate, fence } = books.record;
  return { deployment: id, version: candidate.version, digest: candidate.digest, model, fence };
}

/** The state of the environment, and what a write of it builds upon. */
export async function readState(place: Place): Promise<{ version: string | null; state: EnvironmentState }> {
  const { model, environment } = place;
  const path = statePath(environment.name, model);
  const { version, texts } = await place.documents.read([path]);
  return { version, state: stateOf(place, texts[0] ?? null, path) };
}

/** Opens the books of a new deployment; somebody who wrote in between is a reason to make it anew from what is there now. */
export async function openBooks(place: Place, make: (state: EnvironmentState) => Books): Promise<Journal> {
  let made: Books | null = null;
  const seen = await writing(place, async () => {
    const { version, state } = await readState(place);
    if (made !== null && state.open === made.record.id) return { done: { version, books: made } };
    made = make(state);
    return put(place, version, sealed(made), 'open');
  });
  return createJournal(place, seen);
}

/** Changes the state of the environment outside of a deployment. */
export async function writeState(
  place: Place,
  what: string,
  change: (state: EnvironmentState) => EnvironmentState,
): Promise<EnvironmentState> {
  const { model, environment, documents } = place;
  const path = statePath(environment.name, model);
  return writing(place, async () => {
    const { version, state } = await readState(place);
    const next = change(state);
    if (JSON.stringify(next) === JSON.stringify(state)) return { done: state };
    const message = `${model} in ${environment.name}: ${what}`;
    const outcome = await documents.write(version, message, [{ path, text: printed(next) }]);
    return outcome.result === 'written' ? { done: next } : { reason: outcome.reason };
  });
}

/** The books of a deployment that is there. */
export async function readBooks(place: Place, id: string): Promise<Books> {
  return (await seeBooks(place, id)).books;
}

/**
 * Takes over a deployment that another run has opened: with a fence above all before, so that neither the ledger nor a
 * target listens to that run any more, should it still live.
 */
export async function adoptBooks(place: Place, id: string): Promise<Journal> {
  let fence: number | null = null;
  const seen = await writing(place, async () => {
    const { version, books } = await seeBooks(place, id);
    if (fence !== null && books.record.fence === fence) return { done: { version, books } };
    if (books.state.open !== id) throw ended(id);
    fence = books.state.fence + 1;
    return put(place, version, sealed(adopted(books, fence)), 'taken over');
  });
  return createJournal(place, seen);
}

interface Seen {
  version: string | null;
  books: Books;
}

function createJournal(place: Place, first: Seen): Journal {
  let seen: Seen | null = first;
  let { books } = first;
  return {
    get books() {
      return books;
    },
    async write(what, change) {
      const { id, fence } = books.record;
      let tried: Books | null = null;
      const done = await writing(place, async () => {
        const now = seen ?? (await seeBooks(place, id));
        seen = null;
        if (tried !== null && isSame(tried, now.books)) return { done: now };
        if (now.books.state.open !== id || now.books.record.fence !== fence) throw ended(id);
        const next = sealed(change(now.books));
        if (isSame(next.books, now.books)) return { done: now };
        tried = next.books;
        return put(place, now.version, next, what);
      });
      seen = done;
      ({ books } = done);
    },
  };
}

function isSame(a: Books, b: Books): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function seeBooks(place: Place, id: string): Promise<Seen> {
  const { model, environment, documents } = place;
  const paths = [statePath(environment.name, model), recordPath(environment.name, model, id)];
  const { version, texts } = await documents.read(paths);
  const [stateText = null, recordText = null] = texts;
  if (recordText === null) throw lost(environment.name, id);
  const record = readDeployment(recordText, paths[1] as string);
  return { version, books: { state: stateOf(place, stateText, paths[0] as string), record } };
}

function stateOf({ model, environment }: Place, text: string | null, path: string): EnvironmentState {
  return text === null ? emptyState(environment.name, model) : readEnvironment(text, path);
}

type Attempt<T> = { done: T } | { reason: string };

async function put(
  { documents }: Place,
  version: string | null,
  { books, history }: ReturnType<typeof sealed>,
  what: string,
): Promise<Attempt<Seen>> {
  const { state, record } = books;
  const { environment, model } = state;
  const files = [
    { path: statePath(environment, model), text: printed(state) },
    { path: recordPath(environment, model, record.id), text: printed(record) },
    ...history,
  ];
  const message = `Deployment ${record.id} of ${model} to ${environment}: ${what}`;
  const outcome = await documents.write(version, message, files);
  if (outcome.result !== 'written') return { reason: outcome.reason };
  return { done: { version: outcome.version, books } };
}

/** Moves the older half of a long list into a file of its own. */
function sealed({ state, record }: Books): { books: Books; history: { path: string; text: string }[] } {
  if (state.recent.length <= listed) return { books: { state, record }, history: [] };
  const number = state.segments + 1;
  const entries = state.recent.slice(listed / 2);
  const text = printed({ schema: 'trainyard/deployment-history', version: 1, entries });
  return {
    books: { state: { ...state, recent: state.recent.slice(0, listed / 2), segments: number }, record },
    history: [{ path: historyPath(state.environment, state.model, number), text }],
  };
}

function printed(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Tries until something is written; each attempt looks at what is there. */
async function writing<T>(place: Place, attempt: () => Promise<Attempt<T>>): Promise<T> {
  const { clock, random, signal } = place.runtime;
  let reason = '';
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) {
      const longest = Math.min(maxPauseMs, 20 * 2 ** Math.min(tries, 10));
      await clock.sleep(Math.ceil(random.fraction() * longest), signal);
    }
    const outcome = await attempt().catch(asReason);
    if ('done' in outcome) return outcome.done;
    ({ reason } = outcome);
  }
  throw new UpstreamError(`The ledger could not be written after ${maxTries} tries: ${reason}`, {
    retryable: true,
    hint: 'Run "trainyard reconcile" when it can be written again.',
  });
}

function asReason(error: unknown): { reason: string } {
  if (error instanceof UpstreamError && error.retryable) return { reason: error.message };
  throw error;
}

function ended(id: string): TakenOver {
  return new TakenOver(`Deployment ${id} was taken over by another run.`, {
    hint: 'Look at "trainyard status": that run took this one for dead and went on.',
  });
}

function lost(environment: string, id: string): ConfigError {
  return new ConfigError(`The record of deployment ${id} to ${environment} is missing from the ledger.`, {
    hint: 'Somebody edited the ledger by hand: look at "git log trainyard" and revert that commit.',
  });
}
