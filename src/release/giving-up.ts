import { UpstreamError } from '../core/errors.ts';
import type { Documents } from '../ledger/documents.ts';
import type { Deployments, Locks } from '../platform/deployments.ts';
import type { Clock } from '../runtime/types.ts';
import { statePath } from './paths.ts';
import { createWatch, reasonOf, type Watch } from './port-watch.ts';
import type { ReleaseDeps } from './types.ts';

/** Why a port is asked no more; `null` as long as it answers. */
export interface GivenUp {
  ledger: string | null;
  lock: string | null;
  deployments: string | null;
}

/** Ports by which a version can be put back whatever else is down. */
export interface Enduring {
  deps: ReleaseDeps;
  gone: GivenUp;
  /** Goes on in memory from here: what the ledger says cannot be used. */
  giveUpLedger(reason: string): void;
}

/**
 * The ports of a rollback: a ledger, a lock or GitHub's deployments that fail three times in a row, or for eight seconds, are
 * asked no more. Records are kept in memory from then on, the lock counts as held: what keeps others off then is the target's
 * fence.
 */
export function enduring(deps: ReleaseDeps): Enduring {
  const gone: GivenUp = { ledger: null, lock: null, deployments: null };
  const watch = (port: keyof GivenUp, what: string) =>
    createWatch(deps.runtime.clock, (reason) => {
      gone[port] = reason;
      deps.runtime.log.warn(`${what} is asked no more: ${reason}`);
    });
  const ledger = inMemory(deps, watch('ledger', 'The ledger'));
  return {
    gone,
    giveUpLedger: ledger.giveUp,
    deps: {
      ...deps,
      documents: ledger.documents,
      locks: freely(deps.locks, deps.runtime.clock, watch('lock', 'The lock')),
      deployments: onceFailed(deps.deployments, watch('deployments', 'What shows deployments')),
    },
  };
}

/** The ledger until it is given up; then what was read and written so far, without the state if that is what is broken. */
function inMemory(
  { documents, environment, model, runtime: { clock } }: ReleaseDeps,
  watch: Watch,
): { documents: Documents; giveUp(reason: string): void } {
  const known = new Map<string, string>();
  let writes = 0;
  const memory: Documents = {
    read: async (paths) => ({
      version: `memory-${writes}`,
      texts: paths.map((path) => known.get(path) ?? null),
    }),
    async write(_version, _message, files) {
      for (const { path, text } of files) known.set(path, text);
      writes += 1;
      return { result: 'written', version: `memory-${writes}` };
    },
  };
  const watched: Documents = {
    async read(paths) {
      const at = await watch.ask(() => documents.read(paths));
      if (at === null) return memory.read(paths);
      remember(known, paths, at.texts);
      return at;
    },
    async write(version, message, files) {
      if (watch.isGone()) return memory.write(version, message, files);
      const began = clock.monotonic();
      const outcome = await documents
        .write(version, message, files)
        .catch((error) => ({ result: 'unknown' as const, reason: reasonOf(error) }));
      if (outcome.result === 'unknown') watch.failed(outcome.reason, began);
      else watch.answered();
      if (watch.isGone() || outcome.result === 'written') {
        const kept = await memory.write(version, message, files);
        if (watch.isGone()) return kept;
      }
      return outcome;
    },
  };
  return {
    documents: watched,
    giveUp(reason) {
      known.delete(statePath(environment.name, model));
      watch.giveUp(reason);
    },
  };
}

function remember(
  known: Map<string, string>,
  paths: readonly string[],
  texts: readonly (string | null)[],
): void {
  for (const [i, path] of paths.entries()) {
    const text = texts[i] ?? null;
    if (text === null) known.delete(path);
    else known.set(path, text);
  }
}

/** Locks until they are given up; then each is free, and whoever asks has it. */
function freely(locks: Locks, clock: Clock, watch: Watch): Locks {
  return {
    ...locks,
    see: async (environment) =>
      (await watch.ask(() => locks.see(environment))) ?? { holder: null, mark: null },
    async change(environment, seen, holder) {
      if (watch.isGone()) return 'changed';
      const began = clock.monotonic();
      let reason = 'it was changed, and no answer came';
      const outcome = await locks.change(environment, seen, holder).catch((error) => {
        reason = reasonOf(error);
        return 'unknown' as const;
      });
      if (outcome === 'unknown') watch.failed(reason, began);
      else watch.answered();
      return watch.isGone() ? 'changed' : outcome;
    },
  };
}

/** Shows deployments until that fails once: each thing to show would wait as long. */
function onceFailed(deployments: Deployments, watch: Watch): Deployments {
  let lost: UpstreamError | null = null;
  const trying = async <T>(call: () => Promise<T>): Promise<T> => {
    if (lost !== null) throw lost;
    try {
      return await call();
    } catch (error) {
      if (error instanceof UpstreamError) {
        lost = error;
        watch.giveUp(error.message);
      }
      throw error;
    }
  };
  return {
    ensure: (record, url) => trying(() => deployments.ensure(record, url)),
    ensureCheck: (notice) => trying(() => deployments.ensureCheck(notice)),
    ensureComment: (notice, issue) => trying(() => deployments.ensureComment(notice, issue)),
    lastGood: (of) => trying(() => deployments.lastGood(of)),
  };
}
