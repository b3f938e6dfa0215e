import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Engine, EngineSpec } from '../../../src/engines/types.ts';
import type { RunRef } from '../../../src/schema/run.types.ts';
import { pipelines } from '../../contract/pipelines.ts';
import { type DetachedService, makeService, until } from '../../rig/detached/index.ts';

let service: DetachedService;
let engine: Engine;
beforeEach(async () => {
  service = await makeService();
  engine = service.client().engine;
});
afterEach(() => service.remove());

async function submitted(spec: EngineSpec): Promise<RunRef> {
  return engine.submit(spec, await engine.plan(spec));
}

test('a submit whose answer is lost took effect: the run is found, not made twice', async () => {
  service.on('answer-lost');

  const ref = await submitted(service.checkout(pipelines.works));

  expect(ref.attempt).toBe(1);
  expect(service.runs()).toEqual([ref.handle]);
});

test('a state nobody has heard of is running, also while a job waits', async () => {
  const spec = service.checkout(pipelines.works);
  const ref = await submitted(spec);
  await engine.collect(spec, ref);
  const file = join(service.run(ref), 'state.json');
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.replace('"DONE"', '"PREEMPTED"'));
  writeFileSync(join(service.run(ref), 'driver.json'), '');

  expect(await engine.status(ref)).toMatchObject({ state: 'running', cancelling: false });
  expect(await submitted(spec)).toEqual(ref);
  const collecting = engine.collect(spec, ref);
  writeFileSync(file, whole);
  expect((await collecting).status).toBe('succeeded');
});

test.each([0, 1, 20])('a state of which %i characters are written is running', async (length) => {
  const spec = service.checkout(pipelines.works);
  const ref = await submitted(spec);
  const outputs = await engine.collect(spec, ref);
  const file = join(service.run(ref), 'state.json');
  const whole = readFileSync(file, 'utf8');
  writeFileSync(join(service.run(ref), 'driver.json'), '');
  writeFileSync(file, whole.slice(0, length));

  expect(await engine.status(ref)).toMatchObject({ state: 'running' });
  const collecting = engine.collect(spec, ref);
  writeFileSync(file, whole);
  expect(await collecting).toEqual(outputs);
});

test('a run the service lost is its failure, and may be submitted again', async () => {
  const spec = service.checkout(pipelines.works);
  const ref = await submitted(spec);
  await engine.collect(spec, ref);
  rmSync(join(service.run(ref), '..'), { recursive: true });
  const lost = { name: 'UpstreamError', retryable: false, message: expect.stringContaining('does not know') };

  await expect(engine.status(ref)).rejects.toMatchObject(lost);
  await expect(engine.collect(spec, ref)).rejects.toMatchObject(lost);
  await expect(engine.cancel(ref)).rejects.toMatchObject(lost);

  const again = await submitted(spec);
  expect((await engine.collect(spec, again)).status).toBe('succeeded');
});

test('a run lost while a job waits ends the wait', async () => {
  const spec = service.checkout(pipelines.hangs);
  service.on('queue-held');
  const ref = await submitted(spec);
  await until(() => existsSync(join(service.run(ref), 'driver.json')), 'the driver');
  const collecting = engine.collect(spec, ref);
  const driver = service.driver(ref);
  process.kill(driver.pid, 'SIGKILL');
  rmSync(join(service.run(ref), '..'), { recursive: true });

  await expect(collecting).rejects.toMatchObject({ name: 'UpstreamError' });
});

test('outputs that are not what the service said they are do not stay', async () => {
  const spec = service.checkout(pipelines.works);
  const ref = await submitted(spec);
  await until(async () => (await engine.status(ref)).state === 'succeeded', 'the run to succeed');
  writeFileSync(join(service.run(ref), 'work/model.txt'), 'torn');

  await expect(engine.collect(spec, ref)).rejects.toMatchObject({ name: 'UpstreamError' });
  expect(existsSync(join(spec.path, 'model.txt'))).toBe(false);
});

test.each(['../stolen.txt', 'a/../../stolen.txt', '/tmp/stolen.txt'])(
  'an output called %s is not written',
  async (path) => {
    const spec = service.checkout(pipelines.works);
    const ref = await submitted(spec);
    await until(async () => (await engine.status(ref)).state === 'succeeded', 'the run to succeed');
    const file = join(service.run(ref), 'state.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"model.txt"', JSON.stringify(path)));

    await expect(engine.collect(spec, ref)).rejects.toMatchObject({ name: 'UpstreamError' });
    expect(existsSync(join(spec.path, path))).toBe(false);
  },
);

test('a run that does not hear its cancel goes on as cancelling, and the job that was cancelled says so', async () => {
  service.on('deaf');
  const spec = service.checkout(pipelines.hangs);
  const { engine: other, interrupt } = service.client();
  const ref = await other.submit(spec, await other.plan(spec));
  await until(async () => (await engine.status(ref)).state === 'running', 'the run to begin');
  const collecting = other.collect(spec, ref);
  interrupt();

  await expect(collecting).rejects.toMatchObject({
    name: 'CancelledError',
    message: expect.stringContaining('has not ended yet'),
  });
  expect(await engine.status(ref)).toMatchObject({ state: 'running', cancelling: true });
  service.off('deaf');
  expect((await engine.collect(spec, ref)).status).toBe('cancelled');
  expect(await engine.status(ref)).toMatchObject({ state: 'cancelled', cancelling: false });
});

test('a service that is away for too long ends the wait as its failure', async () => {
  const spec = service.checkout(pipelines.hangs);
  const ref = await submitted(spec);
  service.on('unreachable');

  await expect(engine.collect(spec, ref)).rejects.toMatchObject({ name: 'UpstreamError', retryable: true });
  service.off('unreachable');
  await engine.cancel(ref);
});
