/** Servers that a demo starts on this machine's own address, and ends by their ids. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** So many ports that nobody listens on, all different. */
export async function freePorts(count) {
  const servers = [];
  for (let i = 0; i < count; i += 1) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  for (const server of servers) server.close();
  return ports;
}

/** Processes of one demo. `stop` ends them all and waits for it. */
export function makeProcesses() {
  const children = [];
  return {
    /** Starts a server and waits until it answers at `url` at all; throws with its own words when it ends before. */
    async start(command, args, { cwd, env, url }) {
      const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const said = [];
      const hear = (chunk) => said.push(chunk) > 50 && said.shift();
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('error', hear);
      children.push(child);
      const until = performance.now() + 30_000;
      while (!(await answers(url))) {
        if (child.exitCode !== null || child.pid === undefined || performance.now() > until)
          throw new Error(`${command} does not answer at ${url}:\n${said.join('')}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async stop() {
      const living = children.filter(
        ({ pid, exitCode, signalCode }) => pid && exitCode === null && !signalCode,
      );
      const ended = living.map((child) => once(child, 'exit'));
      for (const child of living) child.kill('SIGTERM');
      const late = setTimeout(() => {
        for (const child of living) child.kill('SIGKILL');
      }, 5000);
      await Promise.all(ended);
      clearTimeout(late);
    },
  };
}

async function answers(url) {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
