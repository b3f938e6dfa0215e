import { ConfigError, UpstreamError } from '../core/errors.ts';
import { readDeployment, readEnvironment } from '../formats/deployment.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import { historyPath, recordPath, statePath } from './paths.ts';
import { emptyState } from './state.ts';
import type { Books, ReleaseDeps } from './types.ts';

/** Where the books of a model in an environment are. */
export type Place = Pick<ReleaseDeps, 'runtime' | 'documents' | 'model' | 'environment'>;

/** Attempts until a write gives up, the longest pause between two, and the time after which no other is begun. */
const maxTries = 60;
const maxPauseMs = 4000;
const maxMs = 120_000;

/** Entries listed in the state; half of them are sealed into a part of the history when there are more. */
const listed = 100;

/** Books as they were read, and what a write of them builds upon. */
export interface Seen {
  version: string | null;
  books: Books;
}

/** The state of the environment, and what a write of it builds upon. */
export async function readState(place: Place): Promise<{ version: string | null; state: EnvironmentState }> {
  const { model, environment } = place;
  const path = statePath(environment.name, model);
  const { version, texts } = await place.documents.read([path]);
  return { version, state: stateOf(place, texts[0] ?? null, path) };
}

/** The books of a deployment that is there; a record that is missing is a ConfigError. */
export async function readBooks(place: Place, id: string): Promise<Seen> {
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

/** What came of one try: done, or why not. */
export type Attempt<T> = { done: T } | { reason: string };

/** Writes state and record as one. */
export async function put(
  { documents }: Place,
  version: string | null,
  { books, history }: Sealed,
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

/** Books ready to be written, with the part of the history that is sealed by it. */
export interface Sealed {
  books: Books;
  history: { path: string; text: string }[];
}

/** Moves the older half of a long list into a file of its own. */
export function sealed({ state, record }: Books): Sealed {
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

/** Tries until something is written, or as often as is said; each attempt looks at what is there. */
export async function writing<T>(
  place: Place,
  attempt: () => Promise<Attempt<T>>,
  most = maxTries,
): Promise<T> {
  const { clock, random, signal } = place.runtime;
  const until = clock.monotonic() + maxMs;
  let [reason, tries] = ['', 0];
  for (; tries < most && clock.monotonic() < until; tries += 1) {
    if (tries > 0) {
      const longest = Math.min(maxPauseMs, 20 * 2 ** Math.min(tries, 10));
      await clock.sleep(Math.ceil(random.fraction() * longest), signal);
    }
    const outcome = await attempt().catch(asReason);
    if ('done' in outcome) return outcome.done;
    ({ reason } = outcome);
  }
  throw new UpstreamError(
    `The ledger could not be written after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${reason}`,
    {
      retryable: true,
      hint: 'Run "trainyard reconcile" when it can be written again.',
    },
  );
}

function asReason(error: unknown): { reason: string } {
  if (error instanceof UpstreamError && error.retryable) return { reason: error.message };
  throw error;
}

function lost(environment: string, id: string): ConfigError {
  return new ConfigError(`The record of deployment ${id} to ${environment} is missing from the ledger.`, {
    hint: 'Somebody edited the ledger by hand: look at "git log trainyard" and revert that commit.',
  });
}
