import { CancelledError, ConfigError, UpstreamError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';

/** A script for a POSIX shell and the variables that it reads, a line each, before the data. */
export interface Script<Name extends string> {
  names: readonly Name[];
  /** No single quotes: they are what carries it through the shell of the login. */
  body: string;
  /** Exit codes besides 0 that are an answer. */
  answers?: readonly number[];
}

export interface ScriptAnswer {
  code: number;
  stdout: string;
}

/** A host as ssh knows it; without a port the one of its configuration. */
export interface Host {
  name: string;
  port: number | null;
}

/** A shell on another host. */
export interface RemoteShell {
  host: string;
  /**
   * Runs a script there. No value ever stands in a command line: all go by stdin, and `data` after them. A connection
   * that fails, and a code that is no answer, are an UpstreamError.
   */
  run<Name extends string>(
    script: Script<Name>,
    values: Readonly<Record<Name, string>>,
    data?: AsyncIterable<Uint8Array>,
  ): Promise<ScriptAnswer>;
}

/** What `ssh` ends with when the connection, not the command, failed. */
const connectionFailed = 255;

/** Asks nothing, and notices a host that has gone silent; the rest is up to the user's configuration of ssh. */
const options = ['BatchMode=yes', 'ConnectTimeout=20', 'ServerAliveInterval=15', 'ServerAliveCountMax=4'];

/** The host by OpenSSH's client, with the keys, known hosts and jumps that its user has configured. */
export function createShell(runtime: Runtime, { name: host, port }: Host): RemoteShell {
  const where = port === null ? [] : ['-p', String(port)];
  const fixed = ['-T', ...options.flatMap((option) => ['-o', option]), ...where, '--', host];
  const env = Object.fromEntries(
    Object.entries(runtime.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
  );
  return {
    host,
    async run(script, values, data) {
      const done = await runtime.processes.run({
        command: 'ssh',
        args: [...fixed, commandOf(script)],
        cwd: runtime.cwd,
        env,
        stdin: stdinOf(
          script.names.map((name) => values[name]),
          data,
        ),
        signal: runtime.signal,
      });
      if (done.cancelled) throw new CancelledError(`Cancelled while ${host} was asked.`);
      const said = Buffer.from(done.stderr).toString('utf8').trim().slice(-500);
      const { code } = done;
      if (code === null || code === connectionFailed) throw unreachable(host, said);
      if (code !== 0 && !script.answers?.includes(code))
        throw new UpstreamError(`A command on ${host} ended with ${code}: ${said || 'it says nothing'}`);
      return { code, stdout: Buffer.from(done.stdout).toString('utf8') };
    },
  };
}

function commandOf({ names, body }: Script<string>): string {
  return `exec sh -c 'set -eu\n${names.map((name) => `IFS= read -r ${name}\n`).join('')}${body}'`;
}

async function* stdinOf(
  values: readonly string[],
  data?: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  yield Buffer.from(values.map((value) => `${value}\n`).join(''));
  if (data) yield* data;
}

/** A value that would be two lines to the far side. */
export function oneLine(value: string): string {
  if (!/[\n\r\0]/.test(value)) return value;
  throw new ConfigError(`${JSON.stringify(value)} cannot be the name of a file on another host.`, {
    expected: 'a name without line breaks',
  });
}

function unreachable(host: string, said: string): UpstreamError {
  return new UpstreamError(`${host} cannot be reached by ssh: ${said || 'the connection broke off'}`, {
    retryable: true,
    hint: `Look whether "ssh -o BatchMode=yes ${host} true" works here: the key, and the host in known_hosts.`,
  });
}
