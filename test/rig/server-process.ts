import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** A server of somebody else's, as a command. */
export interface ServerCommand {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** What answers 2xx once the server is ready. */
  health: string;
}

/** Starts it and waits until it is healthy; gives what ends it with its workers. Throws with its own words. */
export async function startServer({ command, args, cwd, env, health }: ServerCommand) {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.on('error', (error) => (said += error.message));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const close = () => ended(child);
  for (let tries = 0; !(await isHealthy(health)); tries += 1) {
    const gone = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    if (tries > 600 || gone) {
      await close();
      throw new Error(`${command} ${args.join(' ')} did not start:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { close };
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** The server and its workers, which are one group. */
function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve();
    child.on('close', () => resolve());
    process.kill(-child.pid, 'SIGKILL');
  });
}

/** Ports of this machine that nobody listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const listening = servers.map(
    (server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
  );
  await Promise.all(listening);
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
