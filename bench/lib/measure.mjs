/** Wall time, CPU time and peak memory of whole processes, without /usr/bin/time. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findPython } from '../../scripts/python-env.mjs';

const script = fileURLToPath(new URL('measure.py', import.meta.url));

/**
 * Medians over `runs` turns in which the commands alternate.
 * @param {{argv: string[], cwd?: string, env?: Record<string, string>, expect?: number[]}[]} commands
 *   `expect` lists the exit codes that count as done (default 0); any other one throws with the process's stderr
 * @returns {{wall: number, cpu: number, peak: number}[]} milliseconds, milliseconds, megabytes (10⁶ bytes)
 */
export function measure(commands, { runs = 11, warmups = 1 } = {}) {
  if (process.platform === 'win32')
    throw new Error('Benches need Linux or macOS: Windows reports no CPU time of a finished process tree.');
  const { command, args } = findPython();
  const job = {
    runs,
    warmups,
    commands: commands.map(({ argv, cwd = process.cwd(), env = process.env, expect = [0] }) => ({
      argv,
      cwd,
      env,
      expect,
    })),
  };
  const { status, stdout, stderr } = spawnSync(command, [...args, script], {
    input: JSON.stringify(job),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr.trim());
  return JSON.parse(stdout);
}

/** One row of a bench: the same work by Trainyard and by what a user would take instead. */
export function row(work, ours, name, peer) {
  return { work, ours, peer: { name, ...peer }, ratio: ours.wall / peer.wall };
}
