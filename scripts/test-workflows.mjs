/**
 * `npm run test:workflows`: the shipped workflows and actions, run under act and checked by actionlint and zizmor, and
 * the tests of dist/ on the Node that runs actions. Installs what it needs; further arguments go to jest. On Linux there
 * is no network but this machine's own, so that nothing is fetched unseen. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { endWith, ensurePackages, log, runJest } from './jest.mjs';

/** Brings up the loopback of a new network namespace, goes back to who called sudo, becomes the command it is given. */
const lo = `
import fcntl, os, socket, struct, sys
with socket.socket() as s:
    flags = struct.unpack('16sH22x', fcntl.ioctl(s, 0x8913, struct.pack('16s24x', b'lo')))[1]
    fcntl.ioctl(s, 0x8914, struct.pack('16sH22x', b'lo', flags | 1))
if os.environ.pop('TRAINYARD_BY_SUDO', ''):
    os.setgid(int(os.environ['SUDO_GID']))
    os.setuid(int(os.environ['SUDO_UID']))
os.execvp(sys.argv[1], sys.argv[1:])
`;

/**
 * The command that runs another one without a network; nothing where that cannot be. Whoever may not make a namespace
 * as root makes one as an unprivileged user, or by a sudo that asks for no password, as on GitHub's runners.
 */
function withoutNetwork(python) {
  const sudo = [
    'sudo',
    '-n',
    '-E',
    'env',
    `PATH=${process.env.PATH}`,
    'TRAINYARD_BY_SUDO=1',
    'unshare',
    '-n',
  ];
  for (const way of [['unshare', '-n'], ['unshare', '-rn'], sudo]) {
    const wrap = [...way, python, '-c', lo];
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
  const wrap = withoutNetwork(python);
  return runJest({
    args: ['--config=jest.workflows.config.js', '--maxWorkers=1', ...process.argv.slice(2)],
    env: {
      TRAINYARD_TEST_NODE: join(tools.node, 'node'),
      TRAINYARD_TEST_PYTHON: python,
      ...(wrap.length > 0 && { TRAINYARD_TEST_NETWORK: 'none' }),
      TRAINYARD_WORKFLOW_TOOLS: JSON.stringify(tools),
    },
    wrap,
  });
});
