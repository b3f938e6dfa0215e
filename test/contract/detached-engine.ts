import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EngineSpec } from '../../src/engines/types.ts';
import type { RunRef } from '../../src/schema/run.types.ts';
import { describeEngine, type EngineRig, type PipelineKind } from './engine.ts';
import { type JobAnswers, type JobWorld, runJob, startJob } from './jobs.ts';

/** What the suite needs of an engine whose runs live in a service. */
export interface DetachedRig extends EngineRig {
  detached: true;
  /** How another process gets at the same service. */
  world: JobWorld;
  /**
   * A checkout in a folder of its own, each with the same files. `steps` prints `step 1` to `step 8`, a line each,
   * over about a second, and writes metrics.json.
   */
  checkout(kind: PipelineKind | 'steps'): Promise<EngineSpec>;
  /** How many runs the service ever had. */
  runs(): Promise<number>;
  /** New runs stay queued until `releaseQueue`. */
  holdQueue(): Promise<void>;
  releaseQueue(): Promise<void>;
  /** The service gives no answer until `reconnect`. */
  cutOff(): Promise<void>;
  reconnect(): Promise<void>;
}

/** Every engine whose capabilities say `detached` passes this. Jobs are processes of their own. */
export function describeDetachedEngine(name: string, make: () => Promise<DetachedRig>): void {
  describeEngine(name, make);
  describe(`engine ${name}, whose runs live outside the job`, () => {
    let rig: DetachedRig;
    beforeEach(async () => {
      rig = await make();
    });
    afterEach(() => rig.remove());
    describeJobs(() => rig);
    describeKilled(() => rig);
    describeCancelled(() => rig);
    describeOutages(() => rig);
  });
}

async function untilState(rig: DetachedRig, ref: RunRef, ...wanted: string[]): Promise<void> {
  const end = Date.now() + 15_000;
  const engine = rig.another();
  for (let state = ''; !wanted.includes(state); await delay(50)) {
    state = (await engine.status(ref)).state;
    if (Date.now() > end) throw new Error(`The run is still ${state}, and not ${wanted.join(' or ')}.`);
  }
}

function describeJobs(rig: () => DetachedRig): void {
  test('plans the same key in every checkout, wherever it lies', async () => {
    const [here, there] = [await rig().checkout('works'), await rig().checkout('works')];
    const plan = await rig().engine.plan(here);
    expect(await runJob(rig().world, there, 'plan')).toEqual(plan);
  });

  test('a job that ended is no end of its run: another job re-attaches to it', async () => {
    const { world } = rig();
    const first = await runJob(world, await rig().checkout('steps'), 'submit');
    const second = await runJob(world, await rig().checkout('steps'), 'submit');

    expect(second).toEqual(first);
    expect(await rig().runs()).toBe(1);
  });

  test('a later job in another checkout collects: the outputs are there, by their digests', async () => {
    const { world } = rig();
    const ref = await runJob(world, await rig().checkout('steps'), 'submit');
    const later = await rig().checkout('steps');

    const outputs = await runJob(world, later, 'collect', { ref });

    expect(outputs).toMatchObject({ status: 'succeeded', reason: null });
    expect(outputs.artifacts.map(({ path }) => path)).toContain('metrics.json');
    for (const { path, sha256, bytes } of outputs.artifacts) {
      const content = await readFile(join(later.path, path));
      expect(content.length).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
  });

  test('two jobs collect one run and get the same', async () => {
    const { world } = rig();
    const [a, b] = [await rig().checkout('steps'), await rig().checkout('steps')];
    const jobs = [startJob(world, a, ['submit', 'collect']), startJob(world, b, ['submit', 'collect'])];

    const [one, two] = await Promise.all(jobs.map((job) => job.answer('collect', 1)));

    expect(one?.status).toBe('succeeded');
    expect(two).toEqual(one);
    expect(await rig().runs()).toBe(1);
  });

  test('ten jobs that submit one key at once make one run', async () => {
    const specs = await Promise.all(Array.from({ length: 10 }, () => rig().checkout('steps')));

    const refs = await Promise.all(specs.map((spec) => runJob(rig().world, spec, 'submit')));

    expect(new Set(refs.map((ref) => JSON.stringify(ref))).size).toBe(1);
    expect(refs[0]?.attempt).toBe(1);
    expect(await rig().runs()).toBe(1);
  });

  test('a job that waits shows the log, each line once', async () => {
    const job = startJob(rig().world, await rig().checkout('steps'), ['submit', 'collect']);
    await job.answer('collect', 1);

    expect(job.log().match(/step \d/g)).toEqual(Array.from({ length: 8 }, (_, i) => `step ${i + 1}`));
  });

  test('jobs that hand the cursor on read each line of the log once, while it is written', async () => {
    const spec = await rig().checkout('steps');
    const ref = await runJob(rig().world, spec, 'submit');
    const parts: string[] = [];
    let cursor: string | null = null;
    for (let over = false; !over; ) {
      over = (await rig().engine.status(ref)).state === 'succeeded';
      const part: JobAnswers['logs'] = await runJob(rig().world, spec, 'logs', { ref, cursor });
      parts.push(part.text);
      cursor = part.cursor;
    }

    expect(parts.filter((text) => text !== '').length).toBeGreaterThan(1);
    expect(parts.join('').match(/step \d/g)).toEqual(Array.from({ length: 8 }, (_, i) => `step ${i + 1}`));
    expect(parts.join('')).toBe((await rig().engine.logs(ref, null)).text);
  });

  test('a run that failed while nobody waited says why to who collects, and is tried again by who submits', async () => {
    const { world } = rig();
    const spec = await rig().checkout('fails');
    const ref = await runJob(world, spec, 'submit');
    await untilState(rig(), ref, 'failed');

    const outputs = await runJob(world, await rig().checkout('fails'), 'collect', { ref });
    const again = await runJob(world, await rig().checkout('fails'), 'submit');

    expect(outputs.status).toBe('failed');
    expect(outputs.reason).toContain('exit code 3');
    expect(again.attempt).toBe(2);
    expect(await rig().engine.status(ref)).toMatchObject({ state: 'failed' });
  });
}

function describeKilled(rig: () => DetachedRig): void {
  test.each([0, 120, 200, 300])(
    'kill -9 of a job that submits, after %i ms: the next one finds its run, or makes the only one',
    async (milliseconds) => {
      const spec = await rig().checkout('works');
      const job = startJob(rig().world, spec, ['submit', 'collect']);
      await delay(milliseconds);
      job.kill('SIGKILL');
      await job.ended;

      const ref = await runJob(rig().world, spec, 'submit');

      expect(ref.attempt).toBe(1);
      expect((await rig().engine.collect(spec, ref)).status).toBe('succeeded');
      expect(await rig().runs()).toBe(1);
    },
  );

  test('kill -9 of a job that waits: the run goes on, and the next job has its outputs', async () => {
    const spec = await rig().checkout('steps');
    const job = startJob(rig().world, spec, ['submit', 'collect']);
    const ref = await job.answer('submit');
    await untilState(rig(), ref, 'running');
    job.kill('SIGKILL');
    await job.ended;

    const next = startJob(rig().world, await rig().checkout('steps'), ['submit', 'collect']);

    expect(await next.answer('submit')).toEqual(ref);
    expect((await next.answer('collect', 1)).status).toBe('succeeded');
    expect(await rig().runs()).toBe(1);
  });
}

function describeCancelled(rig: () => DetachedRig): void {
  test('a third job cancels while a second one waits: it ends as cancelled', async () => {
    const { world } = rig();
    const spec = await rig().checkout('hangs');
    const ref = await runJob(world, spec, 'submit');
    const waiting = startJob(world, await rig().checkout('hangs'), ['collect'], ref);
    await untilState(rig(), ref, 'running');

    await runJob(world, await rig().checkout('hangs'), 'cancel', { ref });

    expect((await waiting.answer('collect')).status).toBe('cancelled');
    expect(await runJob(world, spec, 'status', { ref })).toMatchObject({
      state: 'cancelled',
      cancelling: false,
    });
  });

  test('a run that is queued says so, and is cancelled without having begun', async () => {
    await rig().holdQueue();
    const spec = await rig().checkout('works');
    const ref = await runJob(rig().world, spec, 'submit');
    expect(await rig().engine.status(ref)).toMatchObject({ state: 'queued', cancelling: false });
    expect(await runJob(rig().world, spec, 'submit')).toEqual(ref);

    await runJob(rig().world, spec, 'cancel', { ref });
    const outputs = await rig().engine.collect(spec, ref);

    expect(outputs).toMatchObject({ status: 'cancelled', artifacts: [] });
    expect((await rig().engine.logs(ref, null)).text).toBe('');
    await rig().releaseQueue();
    expect((await runJob(rig().world, spec, 'submit')).attempt).toBe(2);
  });

  test('a queued run begins when its turn comes', async () => {
    await rig().holdQueue();
    const spec = await rig().checkout('works');
    const job = startJob(rig().world, spec, ['submit', 'collect']);
    expect(await rig().engine.status(await job.answer('submit'))).toMatchObject({ state: 'queued' });

    await rig().releaseQueue();

    expect((await job.answer('collect', 1)).status).toBe('succeeded');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s of a job that waits cancels the run, within a runner’s patience',
    async (signal) => {
      const job = startJob(rig().world, await rig().checkout('hangs'), ['submit', 'collect']);
      const ref = await job.answer('submit');
      await untilState(rig(), ref, 'running');
      const began = Date.now();

      job.kill(signal);

      expect((await job.answer('collect', 1)).status).toBe('cancelled');
      expect(Date.now() - began).toBeLessThan(7500);
      expect(await rig().engine.status(ref)).toMatchObject({ state: 'cancelled', cancelling: false });
    },
  );
}

function describeOutages(rig: () => DetachedRig): void {
  test('no answer is an UpstreamError that may be tried again, and nothing is lost by it', async () => {
    const spec = await rig().checkout('works');
    const plan = await rig().engine.plan(spec);
    await rig().cutOff();
    const upstream = { name: 'UpstreamError', retryable: true };
    await expect(rig().engine.submit(spec, plan)).rejects.toMatchObject(upstream);
    await rig().reconnect();
    const ref = await rig().engine.submit(spec, plan);
    await rig().cutOff();
    await expect(rig().engine.status(ref)).rejects.toMatchObject(upstream);
    await expect(rig().engine.logs(ref, null)).rejects.toMatchObject(upstream);
    await expect(rig().engine.cancel(ref)).rejects.toMatchObject(upstream);
    await rig().reconnect();

    expect((await rig().engine.collect(spec, ref)).status).toBe('succeeded');
    expect(ref.attempt).toBe(1);
    expect(await rig().runs()).toBe(1);
  });

  test('a job that waits sits out a service that is away for a while', async () => {
    const spec = await rig().checkout('steps');
    const job = startJob(rig().world, spec, ['submit', 'collect']);
    await untilState(rig(), await job.answer('submit'), 'running');

    await rig().cutOff();
    await delay(1500);
    await rig().reconnect();

    expect((await job.answer('collect', 1)).status).toBe('succeeded');
    expect(job.log().match(/step \d/g)).toHaveLength(8);
  });

  test('a job cancelled while the service is away says that the run may go on', async () => {
    const job = startJob(rig().world, await rig().checkout('hangs'), ['submit', 'collect']);
    await untilState(rig(), await job.answer('submit'), 'running');
    await rig().cutOff();
    job.kill('SIGINT');

    await expect(job.answer('collect', 1)).rejects.toMatchObject({
      name: 'CancelledError',
      message: expect.stringContaining('may still be running'),
    });
    await rig().reconnect();
  });
}
