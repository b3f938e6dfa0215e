import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { nodeProcesses } from '../../../src/runtime/node/processes.ts';
import type { ProcessSpec } from '../../../src/runtime/types.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-processes-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const env = { PATH: process.env['PATH'] ?? '' };
const sh = (script: string, more: Partial<ProcessSpec> = {}) =>
  nodeProcesses.run({ command: 'sh', args: ['-c', script], cwd: folder, env, ...more });
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

describe('a process', () => {
  test('gives its exit code and both streams apart, and takes standard input', async () => {
    const result = await sh('cat; echo err >&2; exit 7', { stdin: 'in' });
    expect(result).toMatchObject({ code: 7, endedBy: null, timedOut: false, cancelled: false });
    expect([text(result.stdout), text(result.stderr)]).toEqual(['in', 'err\n']);
  });

  test('inherits nothing of our environment', async () => {
    expect(text((await sh('env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= -e ^OLDPWD=')).stdout)).toBe(
      `PATH=${env.PATH}\n`,
    );
  });

  test('does not fail when it leaves its input unread', async () => {
    expect((await sh('exit 0', { stdin: 'x'.repeat(1_000_000) })).code).toBe(0);
  });

  test('takes input in chunks, as fast as it reads, and no more than it wants', async () => {
    async function* chunks(count: number) {
      for (let i = 0; i < count; i++) yield new Uint8Array(1 << 16).fill(97);
    }

    expect(text((await sh('wc -c', { stdin: chunks(64) })).stdout).trim()).toBe(String(4 << 20));
    expect((await sh('head -c 1', { stdin: chunks(Number.POSITIVE_INFINITY) })).code).toBe(0);
  });

  test('is ended when its input fails', async () => {
    async function* broken() {
      yield new Uint8Array(1);
      throw new Error('the disk is gone');
    }

    await expect(sh('cat', { stdin: broken() })).rejects.toThrow('the disk is gone');
  });

  test.each([
    [
      'a command that does not exist',
      { command: 'no-such-command-here' },
      'Command not found: "no-such-command-here"',
    ],
    ['a folder that does not exist', { cwd: '/no/such/folder' }, 'the folder /no/such/folder does not exist'],
    ['a file that is not executable', { command: '/etc/passwd' }, 'may not be executed'],
  ])('%s is a ConfigError', async (_what, more, message) => {
    await expect(sh('true', more)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining(message),
    });
  });

  test('collected output beyond the limit ends it with an error', async () => {
    await expect(sh('yes', { maxBytes: 100_000 })).rejects.toMatchObject({
      name: 'UpstreamError',
      message: expect.stringContaining('100000 bytes'),
    });
  });

  test('an error of the one who reads the output ends it', async () => {
    const failing = sh('yes', {
      onStdout: () => {
        throw new Error('no more room');
      },
    });
    await expect(failing).rejects.toThrow('no more room');
  });

  test.each([0, 20])(
    'loses nothing of what was written just before the end to a reader that takes %i ms',
    async (pause) => {
      for (let round = 0; round < 10; round += 1) {
        let seen = '';
        await sh('for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; done; printf end', {
          async onStdout(chunk) {
            await new Promise((resolve) => setTimeout(resolve, pause));
            seen += text(chunk);
          },
        });
        expect(seen).toBe('1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nend');
      }
    },
  );

  test('waits for a slow reader instead of filling memory', async () => {
    let bytes = 0;
    let most = 0;
    const before = process.memoryUsage.rss();
    await sh('head -c 50000000 /dev/zero', {
      async onStdout(chunk) {
        bytes += chunk.length;
        most = Math.max(most, process.memoryUsage.rss() - before);
        if (bytes % 10 === 0) await new Promise(setImmediate);
      },
    });
    expect(bytes).toBe(50_000_000);
    expect(most).toBeLessThan(40_000_000);
  });
});

describe('ending processes', () => {
  test('a timeout ends the whole group: SIGTERM, grace, SIGKILL', async () => {
    const began = performance.now();
    const result = await sh('trap "" TERM; (trap "" TERM; echo $$; sleep 60) & echo $!; sleep 60; sleep 60', {
      timeoutMs: 200,
      graceMs: 300,
    });
    expect(result).toMatchObject({ timedOut: true, cancelled: false, code: null, endedBy: 'SIGKILL' });
    expect(performance.now() - began).toBeGreaterThanOrEqual(450);
    expect(performance.now() - began).toBeLessThan(5000);
    for (const pid of text(result.stdout).trim().split('\n').map(Number)) expect(isAlive(pid)).toBe(false);
  });

  test('a process that tidies up within the grace is not killed', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    const result = await sh('trap "echo tidy; exit 5" TERM; sleep 60 & wait', { signal: controller.signal });
    expect(result).toMatchObject({ cancelled: true, code: 5 });
    expect(text(result.stdout)).toBe('tidy\n');
  });

  test('nothing is started when the cancel came before', async () => {
    const result = await sh('touch started', { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ cancelled: true, code: null });
    expect((await sh('ls')).stdout).toHaveLength(0);
  });

  test('what a leader leaves behind is ended too', async () => {
    const result = await sh('sleep 60 & echo $!; exit 0', { graceMs: 200 });
    expect(result.code).toBe(0);
    expect(isAlive(Number(text(result.stdout)))).toBe(false);
    expect(result.wallMs).toBeLessThan(3000);
  });

  test('a process that left the group and keeps the pipe open does not keep us waiting', async () => {
    const result = await sh('setsid sleep 4 & exit 0');
    expect(result.code).toBe(0);
    expect(result.wallMs).toBeLessThan(3000);
  });

  test.each([
    ['slowly', 'while sleep 0.05; do echo tick || exit; done', undefined],
    ['without end', 'trap "" PIPE; yes', undefined],
    ['to a slow reader', 'while sleep 0.01; do echo tick || exit; done', 30],
  ])(
    'a process that left the group and goes on printing %s does not keep us waiting',
    async (_how, loop, pause) => {
      const onStdout = () => new Promise<void>((resolve) => setTimeout(resolve, pause));
      const result = await sh(`setsid bash -c '${loop}' & exit 0`, {
        maxBytes: 1 << 30,
        ...(pause !== undefined && { onStdout }),
      });
      expect(result.code).toBe(0);
      expect(result.wallMs).toBeLessThan(15_000);
    },
    20_000,
  );
});

describe('identity of processes', () => {
  test('this process runs; one of the same number that started at another time does not', () => {
    const self = nodeProcesses.self();
    expect(nodeProcesses.isRunning(self)).toBe(true);
    expect(nodeProcesses.isRunning({ ...self, pid: 4_194_300 })).toBe(false);
    expect(nodeProcesses.isRunning({ ...self, pid: 4_194_300, host: 'elsewhere' })).toBe(true);
    if (process.platform === 'linux')
      expect(nodeProcesses.isRunning({ ...self, started: 'boot:1' })).toBe(false);
  });
});
