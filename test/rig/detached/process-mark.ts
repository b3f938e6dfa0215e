import { readFileSync } from 'node:fs';

/** One process for good: its id is used again after it ended. */
export interface ProcessMark {
  pid: number;
  started: string;
  group: number;
  session: number;
}

function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** This process. */
export function ownMark(): ProcessMark {
  const stat = statOf(process.pid) ?? [];
  const [, , group, session] = stat.map(Number);
  return { pid: process.pid, started: stat[19] ?? '', group: group ?? 0, session: session ?? 0 };
}

/** Whether it still works: one that ended and was not collected by its parent does not. */
export function isAlive({ pid, started }: Pick<ProcessMark, 'pid' | 'started'>): boolean {
  const stat = statOf(pid);
  return stat !== null && stat[0] !== 'Z' && stat[19] === started;
}
