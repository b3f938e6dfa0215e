import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
// @ts-expect-error the scripts are plain modules without types
import { ensureSshServer } from '../../scripts/ssh-server.mjs';
import { makeFolder } from './command.ts';
import { freePorts } from './server-process.ts';

/** A real sshd on this machine with the login `deploy`. */
export interface SshServer {
  host: string;
  port: number;
  /** Where the login may write. */
  folder: string;
  /** Folder with an `ssh` that has a key for the login and knows the host. */
  client: string;
  /** Folder with an `ssh` that has the key and expects another host. */
  stranger: string;
  close(): Promise<void>;
}

/** The server runs as its login: as root it would want a user of its own, so a nameless one is taken there. */
export async function startSshServer(): Promise<SshServer> {
  const own = process.getuid?.() ?? 0;
  const [uid, gid] = own === 0 ? [65534, 65534] : [own, process.getgid?.() ?? own];
  const folder = makeFolder();
  const keys = makeFolder();
  const [port = 0] = await freePorts(1);
  for (const name of ['login', 'host', 'other'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, name)]);
  const sshd = install(folder, keys, port, { uid, gid });
  const child = spawn(sshd, ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    ...{ cwd: folder, uid, gid, stdio: ['ignore', 'ignore', 'pipe'] },
    env: {
      LD_LIBRARY_PATH: folder,
      LD_PRELOAD: join(folder, 'libnss_wrapper.so'),
      NSS_WRAPPER_PASSWD: join(folder, 'passwd'),
      NSS_WRAPPER_GROUP: join(folder, 'group'),
    },
  });
  let said = '';
  child.stderr?.on('data', (chunk) => (said += chunk));
  for (let tries = 0; !(await listens(port)); tries += 1) {
    if (tries > 100 || child.exitCode !== null) throw new Error(`sshd did not start:\n${said}`);
    await delay(100);
  }
  return {
    ...{ host: 'deploy@127.0.0.1', port, folder },
    client: client(keys, 'host', port),
    stranger: client(keys, 'other', port),
    async close() {
      const closed = once(child, 'close');
      child.kill();
      await closed;
    },
  };
}

function install(
  folder: string,
  keys: string,
  port: number,
  { uid, gid }: { uid: number; gid: number },
): string {
  const { sshd, libraries } = ensureSshServer() as { sshd: string; libraries: string[] };
  cpSync(sshd, join(folder, 'sshd'));
  for (const from of libraries) cpSync(from, folder, { recursive: true });
  cpSync(join(keys, 'login.pub'), join(folder, 'authorized_keys'));
  cpSync(join(keys, 'host'), join(folder, 'host_key'));
  writeFileSync(join(folder, 'passwd'), `deploy:x:${uid}:${gid}::${folder}:/bin/sh\n`);
  writeFileSync(join(folder, 'group'), `deploy:x:${gid}:\n`);
  writeFileSync(
    join(folder, 'sshd_config'),
    [
      ...[`Port ${port}`, 'ListenAddress 127.0.0.1', 'PidFile none', 'UsePAM no', 'StrictModes no'],
      ...[`HostKey ${join(folder, 'host_key')}`, `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`],
      ...['PasswordAuthentication no', ''],
    ].join('\n'),
  );
  chmodSync(join(folder, 'host_key'), 0o600);
  for (const name of ['.', ...readdirSync(folder)]) chownSync(join(folder, name), uid, gid);
  return join(folder, 'sshd');
}

/** OpenSSH's client with a configuration in place of the user's. */
function client(keys: string, host: string, port: number): string {
  const folder = join(keys, `client-${host}`);
  mkdirSync(folder);
  const known = readFileSync(join(keys, `${host}.pub`), 'utf8');
  writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${known}`);
  writeFileSync(
    join(folder, 'config'),
    [
      ...[`IdentityFile ${join(keys, 'login')}`, 'IdentitiesOnly yes', 'StrictHostKeyChecking yes'],
      ...[`UserKnownHostsFile ${join(folder, 'known_hosts')}`, 'GlobalKnownHostsFile /dev/null', ''],
    ].join('\n'),
  );
  const real = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\nexec "${real}" -F "${join(folder, 'config')}" "$@"\n`);
  chmodSync(join(folder, 'ssh'), 0o755);
  return folder;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
