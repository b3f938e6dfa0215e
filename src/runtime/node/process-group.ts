import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const windows = process.platform === 'win32';
const living = new Set<number>();

/** Groups must not outlive us, also when we end by an error or by a second ctrl-C. */
export function killAllGroups(): void {
  for (const leader of living) signalGroup(leader, 'SIGKILL');
}

/** From now on the group is ended when this process exits. */
export function watchGroup(leader: number): void {
  if (living.size === 0) process.on('exit', killAllGroups);
  living.add(leader);
}

export function forgetGroup(leader: number): void {
  living.delete(leader);
  if (living.size === 0) process.off('exit', killAllGroups);
}

function signalGroup(leader: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  if (windows) {
    if (signal !== 0)
      spawn('taskkill', ['/T', '/F', '/PID', String(leader)], { stdio: 'ignore', windowsHide: true }).on(
        'error',
        () => {},
      );
    return false;
  }
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}

/** State and group of a process as Linux shows them; null when it is gone. */
function linuxGroup(pid: string): { state: string; group: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', group: Number(fields[2]) };
  } catch {
    return null;
  }
}

/** Whether anything of the group still works; the dead that nobody collected do not count. */
function isGroupAlive(leader: number): boolean {
  if (!signalGroup(leader, 0)) return false;
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const entry = linuxGroup(name);
    return entry !== null && entry.group === leader && entry.state !== 'Z' && entry.state !== 'X';
  });
}

async function goneWithin(leader: number, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  for (let pause = 5; isGroupAlive(leader); pause = Math.min(pause * 2, 50)) {
    if (performance.now() >= end) return false;
    await delay(pause);
  }
  return true;
}

/** SIGTERM to the whole group, after `graceMs` SIGKILL. Resolves when the group is gone, or one second after SIGKILL. */
export async function endGroup(leader: number, graceMs: number): Promise<void> {
  if (!signalGroup(leader, 'SIGTERM')) return;
  if (await goneWithin(leader, graceMs)) return;
  signalGroup(leader, 'SIGKILL');
  await goneWithin(leader, 1000);
}

/** What a leader left behind gets a moment to end by itself (`x > >(tee log)` still flushes), then is ended. */
export async function endLeftovers(leader: number, graceMs: number): Promise<void> {
  if (windows || (await goneWithin(leader, 250))) return;
  await endGroup(leader, graceMs);
}
