/**
 * `npm run test:workflows`: the shipped workflows and actions, run under act and checked by actionlint and zizmor, and
 * the tests of dist/ on the Node that runs actions. Installs what it needs; further arguments go to jest. On Linux there
 * is no network but this machine's own, so that nothing is fetched unseen. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { endWith, ensurePackages, log, runJest } from './jest.mjs';

/** Brings up the loopback of a new network namespace, then becomes the command it is given. */
const lo = `
import fcntl, os, socket, struct, sys
with socket.socket() as s:
    flags = struct.unpack('16sH22x', fcntl.ioctl(s, 0x8913, struct.pack('16s24x', b'lo')))[1]
    fcntl.ioctl(s, 0x8914, struct.pack('16sH22x', b'lo', flags | 1))
os.execvp(sys.argv[1], sys.argv[1:])
`;

/** The command that runs another one without a network; nothing where that cannot be. */
function withoutNetwork(python) {
  for (const flags of [['-n'], ['-rn']]) {
    const wrap = ['unshare', ...flags, python, '-c', lo];
    const [command, ...args] = [...wrap, 'true'];
    if (spawnSync(command, args).status === 0) return wrap;
  }
  log('This system makes no network namespace for us: the workflows run with the network they find.');
  return [];
}

await endWith(async () => {
  ensurePackages();
  const { ensureWorkflowTools } = await import('./workflow-tools.mjs');
  const tools = await ensureWorkflowTools(log);
  const python = join(tools.python, 'python');
  return runJest({
    args: ['--config=jest.workflows.config.js', '--maxWorkers=1', ...process.argv.slice(2)],
    env: {
      TRAINYARD_TEST_NODE: join(tools.node, 'node'),
      TRAINYARD_TEST_PYTHON: python,
      TRAINYARD_WORKFLOW_TOOLS: JSON.stringify(tools),
    },
    wrap: withoutNetwork(python),
  });
});
