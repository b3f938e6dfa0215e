import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRuntime } from '../../../src/runtime/node/index.ts';
import { isAlive, until } from '../../engines/python/project.ts';
import { compileSources } from '../compiled.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainyard-signals-'));
  compileSources(join(folder, 'src'), ['runtime', 'core']);
  writeFileSync(
    join(folder, 'waits.mjs'),
    `import { createRuntime } from './src/runtime/node/index.js';
    const { processes, signal } = createRuntime();
    const env = { PATH: process.env.PATH };
    const script = 'trap "" TERM; echo $$; while :; do sleep 0.1; done';
    const result = await processes.run({ command: 'sh', args: ['-c', script], cwd: '.', env, signal,
      graceMs: Number(process.argv[2]), onStdout: (chunk) => void process.stdout.write(chunk) });
    console.log(JSON.stringify({ cancelled: result.cancelled, endedBy: result.endedBy }));`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function startWaiting(
  graceMs: number,
): Promise<{ child: ChildProcess; output: () => string; stage: number }> {
  const child = spawn(process.execPath, [join(folder, 'waits.mjs'), String(graceMs)], { cwd: folder });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await until(() => output.includes('\n'));
  return { child, output: () => output, stage: Number.parseInt(output, 10) };
}

describe('signals of a real process', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the stage and lets us finish', async (name) => {
    const { child, output, stage } = await startWaiting(100);
    child.kill(name);
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(0);
    expect(output()).toContain('{"cancelled":true,"endedBy":"SIGKILL"}');
    expect(isAlive(stage)).toBe(false);
  });

  test('a second SIGINT ends us and the stage at once, whatever the grace', async () => {
    const { child, stage } = await startWaiting(60_000);
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isAlive(stage)).toBe(true);
    child.kill('SIGINT');
    await until(() => child.exitCode !== null, 2000);
    expect(child.exitCode).toBe(130);
    await until(() => !isAlive(stage), 1000);
  });
});

describe('a runtime with a signal of its own', () => {
  const { signal } = new AbortController();

  test('listens to none of the process', () => {
    const before = process.listenerCount('SIGINT');
    expect(createRuntime({ signal }).signal).toBe(signal);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  test('sleeps until it is cancelled, before or during the sleep', async () => {
    const { clock } = createRuntime({ signal });
    const controller = new AbortController();
    const sleeping = clock.sleep(60_000, controller.signal);
    controller.abort();
    await expect(sleeping).rejects.toMatchObject({ name: 'CancelledError' });
    await expect(clock.sleep(60_000, controller.signal)).rejects.toMatchObject({ name: 'CancelledError' });
  });

  test('gives fractions from 0 up to 1', () => {
    const { random } = createRuntime({ signal });
    const fractions = Array.from({ length: 100 }, () => random.fraction());
    expect(fractions.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(fractions).size).toBe(100);
  });
});
