import { join } from 'node:path';
import type { ProcessIdentity, Runtime } from '../../runtime/types.ts';
import type { Holder, LockSeen, Locks } from '../deployments.ts';
import { safeFileName } from '../names.ts';

/**
 * Locks of this clone, as files `<folder>/<environment>/<n>.json`: the highest number counts. A change creates the next
 * file, which only one of several succeeds in; who finds a higher one after that came too late.
 */
export function createLocalLocks(runtime: Runtime, folder: string): Locks {
  const { files, processes } = runtime;
  const folderOf = (environment: string) => join(folder, safeFileName(environment));
  const numbers = async (environment: string) => {
    const names = (await files.list(folderOf(environment))) ?? [];
    return names.flatMap((name) => (/^\d{1,15}\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
  };
  const see = async (environment: string): Promise<LockSeen> => {
    for (;;) {
      const top = Math.max(0, ...(await numbers(environment)));
      if (top === 0) return { holder: null, mark: null };
      const text = await files.readText(join(folderOf(environment), `${top}.json`));
      if (text !== null) return { holder: holderOf(text), mark: String(top) };
    }
  };
  return {
    lookEveryMs: 200,
    life: () => processes.self(),
    see,
    async change(environment, seen, holder) {
      const next = Number(seen.mark ?? 0) + 1;
      const path = join(folderOf(environment), `${next}.json`);
      if (!(await files.create(path, `${JSON.stringify(holder)}\n`))) return 'moved';
      const all = await numbers(environment);
      if (Math.max(...all) > next) {
        await files.remove(path);
        return 'moved';
      }
      for (const old of all.filter((number) => number < next))
        await files.remove(join(folderOf(environment), `${old}.json`));
      return 'changed';
    },
    lives: async ({ life }) => isIdentity(life) && processes.isRunning(life),
  };
}

/** A lock file that cannot be read was written by nobody who lives: files are written whole. */
function holderOf(text: string): Holder | null {
  try {
    return JSON.parse(text) as Holder | null;
  } catch {
    return null;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  const { pid, host } = (value ?? {}) as Partial<ProcessIdentity>;
  return Number.isInteger(pid) && typeof host === 'string';
}
