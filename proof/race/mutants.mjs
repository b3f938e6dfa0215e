import { rmSync } from 'node:fs';
import { mutated } from './modules.mjs';
import { runSeeds } from './run-seeds.mjs';

const comment = 'platform/github/comment.ts';
const check = 'platform/github/check.ts';
const append = 'ledger/github/append.ts';
const promotion = 'platform/github/promotion.ts';
const standIns = 'run/stand-ins.ts';

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
  {
    kind: 'history',
    name: 'a run of a fork vouches for what reaches the default branch',
    file: promotion,
    from: "run.event === 'pull_request' && ours(run) && run.headRepository === pull.headRepository,",
    to: "run.event === 'pull_request' && run.path === workflowPath,",
  },
  {
    kind: 'history',
    name: 'a run of any workflow does',
    file: promotion,
    from: 'run.path === workflowPath && run.headRepository',
    to: 'run.headRepository',
  },
  {
    kind: 'history',
    name: 'a record says which tree it was made from',
    file: promotion,
    from: ' || built.tree !== tree',
    to: '',
  },
  {
    kind: 'history',
    name: 'a record may be of any commit',
    file: promotion,
    from: 'built.parents[1] === run.headSha',
    to: 'run.headSha.length > 0',
  },
  {
    kind: 'history',
    name: 'a record of a dirty tree counts',
    file: promotion,
    from: 'built_sha === null || dirty ||',
    to: 'built_sha === null ||',
  },
  {
    kind: 'history',
    name: 'a run that failed counts',
    file: standIns,
    from: "({ status }) => status === 'succeeded',",
    to: '({ status }) => status.length > 0,',
  },
  {
    kind: 'history',
    name: 'a record may lie under another name',
    file: 'platform/github/kept-runs.ts',
    from: 'told.id === id && told.model === model',
    to: 'told.model === model',
  },
  {
    kind: 'history',
    name: 'workflows may differ',
    file: promotion,
    from: 'return there === here;',
    to: 'return there !== "" || here !== "";',
  },
  {
    kind: 'history',
    name: 'workflows may differ from those of the commit before',
    file: standIns,
    from: 'return there === here ? record : null;',
    to: 'return there !== "" || here !== "" ? record : null;',
  },
  {
    kind: 'history',
    name: 'a run of another tree is taken for one of this',
    file: standIns,
    from: '!commit.dirty && commit.tree === context.tree',
    to: '!commit.dirty && commit.tree !== null',
  },
  {
    kind: 'history',
    name: 'the runs of the queue are not looked for',
    file: promotion,
    from: "run.event === 'merge_group' && ours(run)",
    to: "run.event === 'merge_group_' && ours(run)",
  },
  {
    kind: 'history',
    name: 'a run of the queue is recorded under its own trust',
    file: 'verbs/record.ts',
    from: ' &&\n      deps.platform.accepts(equal.trust);',
    to: ';',
  },
];

/** Runs orders, or histories, against each mutant until one notices: `{ name, kind, seed, why }`, `seed` null for none. */
export async function huntMutants(seeds, workers, onMutant) {
  for (const { kind = 'order', name, ...change } of mutants) {
    const folder = mutated(change);
    try {
      let caught = null;
      await runSeeds(seeds, {
        ...{ kind, folder, workers },
        onDone({ seed, violations }) {
          if (violations.length > 0) caught ??= { seed, why: violations[0].split('\n')[0].slice(0, 160) };
          return caught !== null;
        },
      });
      onMutant({ kind, name, ...(caught ?? { seed: null, why: '' }) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
