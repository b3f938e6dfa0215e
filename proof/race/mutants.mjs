import { rmSync } from 'node:fs';
import { mutated } from './modules.mjs';
import { runOrders } from './run-orders.mjs';

const comment = 'platform/github/comment.ts';
const check = 'platform/github/check.ts';
const append = 'ledger/github/append.ts';

/** Faults planted into the code under proof: what is broken, where, and how. */
export const mutants = [
  {
    name: 'a comment is made without looking whether others made one too',
    file: comment,
    from: '[...own, mine].map(',
    to: '[mine].map(',
  },
  {
    name: 'it is looked for before lists show it',
    file: comment,
    from: 'await runtime.clock.sleep(shownAfterMs, runtime.signal);',
    to: '',
  },
  {
    name: 'a comment is ours by its marker, whoever wrote it',
    file: 'platform/github/comment-thread.ts',
    from: 'node?.viewerDidAuthor && ',
    to: 'node && ',
  },
  {
    name: 'a comment is ours when it only begins like ours',
    file: 'platform/github/comment-thread.ts',
    from: 'return body.startsWith(marker) && ',
    to: 'return body.startsWith(marker) || ',
  },
  {
    name: 'an old head comments like a new one',
    file: comment,
    from: 'if (outdated(judged, now) !== null)\n      return',
    to: 'if (number < 0) return',
  },
  {
    name: 'a comment that had to wait is written without looking again',
    file: 'github/exchange.ts',
    from: 'if (sending.fresh) throw askedToWait(what, seconds);',
    to: '',
  },
  {
    name: 'duplicates stay',
    file: comment,
    from: 'for (const { id } of comments) await removeComment(client, id);',
    to: '',
  },
  {
    name: 'a check is made without looking',
    file: check,
    from: 'if (newest && !reopened) return',
    to: 'if (newest && reopened) return',
  },
  {
    name: 'checks that killed runs left stay open',
    file: check,
    from: "if (request.status !== 'completed') await closeAbandoned(client, known, request);",
    to: '',
  },
  {
    name: 'the check of an old head passes',
    file: 'platform/github/index.ts',
    from: 'if (why !== null) return',
    to: 'if (why !== null && why.title === "") return',
  },
  {
    name: 'annotations are sent again',
    file: check,
    from: 'request.annotations.slice(check.output.annotations_count)',
    to: 'request.annotations.slice()',
  },
  {
    name: 'POST is repeated like everything else',
    file: 'github/client.ts',
    from: "method !== 'POST' && !call.once",
    to: '!call.once',
  },
  {
    name: 'the ledger is written on top of what came meanwhile',
    file: append,
    from: 'const files = await filesFor(client, record, sha, snapshot);',
    to: 'const files = ((client as { first?: never }).first ??= await filesFor(client, record, sha, snapshot) as never);',
  },
  {
    name: 'an append does not look for its own record',
    file: append,
    from: 'parent !== null && (await isThere(client, record, parent, snapshot))',
    to: 'parent !== null && parent === sha',
  },
  {
    name: 'an append looks for its record in the file alone',
    file: append,
    from: 'if (entry.id === record.id) return true;',
    to: '',
  },
  {
    name: 'an append that was refused counts as written',
    file: 'github/branch.ts',
    from: "if (error instanceof Refusal) return { result: 'moved', reason: reasonOf(branch, error) };",
    to: "if (error instanceof Refusal) return { result: 'written', commit: reasonOf(branch, error) };",
  },
  {
    name: 'an answer that never came counts as written',
    file: 'github/branch.ts',
    from: "return { result: 'unknown', reason: error.message };",
    to: "return { result: 'written', commit: error.message };",
  },
  {
    name: 'a run that finished earlier takes the place of a later one',
    file: 'ledger/changes.ts',
    from: 'newestFirst(record, before.record) <= 0',
    to: 'newestFirst(record, before.record) !== 1',
  },
  {
    name: 'an entry is lost when the index spills into a segment',
    file: 'ledger/layout.ts',
    from: 'overflow: entries.slice(kept) }',
    to: 'overflow: entries.slice(kept + 1) }',
  },
];

/** Runs orders against each mutant until one notices: `{ name, seed, why }`, with `seed` null for one that got away. */
export async function huntMutants(seeds, workers, onMutant) {
  for (const mutant of mutants) {
    const folder = mutated(mutant);
    try {
      let caught = null;
      await runOrders(seeds, {
        folder,
        workers,
        onOrder({ seed, violations }) {
          if (violations.length > 0) caught ??= { seed, why: violations[0].split('\n')[0] };
          return caught !== null;
        },
      });
      onMutant({ name: mutant.name, ...(caught ?? { seed: null, why: '' }) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
