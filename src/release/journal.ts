import { UpstreamError } from '../core/errors.ts';
import type { EnvironmentState } from '../schema/environment.types.ts';
import { TakenOver } from '../targets/fence.ts';
import type { Placement } from '../targets/types.ts';
import { type Place, put, readBooks, readState, type Seen, sealed, writing } from './books.ts';
import { adopted } from './state.ts';
import type { Books } from './types.ts';

/** Tries of what must not wait for the ledger. */
const triesOfNote = 3;

/** The books of one deployment, written before and after everything it does. */
export interface Journal {
  readonly books: Books;
  /**
   * Writes what `change` makes of the books, by compare-and-swap. A deployment that was taken over from, or has ended by
   * somebody else's hand, is refused with `TakenOver`. `change` may be applied several times, to newer books each time.
   */
  write(what: string, change: (books: Books) => Books): Promise<void>;
  /**
   * Writes where the ledger can be written at once. Where it cannot, the books here change alone and the change goes with the
   * next write, for what must not wait for a ledger. Gives whether it was written.
   */
  note(what: string, change: (books: Books) => Books): Promise<boolean>;
}

type Change = (books: Books) => Books;

/** The version a deployment places. */
export function placementOf({ books }: Journal): Placement {
  const { id, model, candidate, fence } = books.record;
  return { deployment: id, version: candidate.version, digest: candidate.digest, model, fence };
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

/**
 * Takes over a deployment that another run has opened: with a fence above all before, so that neither the ledger nor a
 * target listens to that run any more, should it still live.
 */
export async function adoptBooks(place: Place, id: string): Promise<Journal> {
  let fence: number | null = null;
  const seen = await writing(place, async () => {
    const { version, books } = await readBooks(place, id);
    if (fence !== null && books.record.fence === fence) return { done: { version, books } };
    if (books.state.open !== id) throw ended(id);
    fence = books.state.fence + 1;
    return put(place, version, sealed(adopted(books, fence)), 'taken over');
  });
  return createJournal(place, seen);
}

function createJournal(place: Place, first: Seen): Journal {
  let seen: Seen | null = first;
  let { books } = first;
  let unwritten: Change[] = [];

  const written = async (what: string, change: Change, tries?: number): Promise<void> => {
    const { id, fence } = books.record;
    const changes = [...unwritten, change];
    let tried: Books | null = null;
    const attempt = async () => {
      const now = seen ?? (await readBooks(place, id));
      seen = null;
      if (tried !== null && isSame(tried, now.books)) return { done: now };
      if (now.books.state.open !== id || now.books.record.fence !== fence) throw ended(id);
      const next = sealed(changes.reduce((changed, one) => one(changed), now.books));
      if (isSame(next.books, now.books)) return { done: now };
      tried = next.books;
      return put(place, now.version, next, what);
    };
    seen = await writing(place, attempt, tries);
    ({ books } = seen);
    unwritten = [];
  };
  return {
    get books() {
      return books;
    },
    write: (what, change) => written(what, change),
    async note(what, change) {
      try {
        await written(what, change, unwritten.length === 0 ? triesOfNote : 1);
        return true;
      } catch (error) {
        if (!(error instanceof UpstreamError) || error instanceof TakenOver) throw error;
        place.runtime.log.warn(`"${what}" goes into the ledger later: ${error.message}`);
        unwritten.push(change);
        books = change(books);
        return false;
      }
    },
  };
}

function ended(id: string): TakenOver {
  return new TakenOver(`Deployment ${id} was taken over by another run.`, {
    hint: 'Look at "trainyard status": that run took this one for dead and went on.',
  });
}

function isSame(a: Books, b: Books): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
