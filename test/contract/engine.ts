import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Engine, EngineSpec } from '../../src/engines/types.ts';

/**
 * `works`: prints the line `training`, writes metrics.json, has a source file and a parameter. `fails`: a stage named
 * `train` ends with exit code 3. `hangs`: runs for minutes.
 */
export type PipelineKind = 'works' | 'fails' | 'hangs';

/** What the suite needs of an engine: pipelines of three kinds in its own language, in a place of their own. */
export interface EngineRig {
  engine: Engine;
  spec(kind: PipelineKind): Promise<EngineSpec>;
  /** The same engine as another process would have it. */
  another(): Engine;
  /** The same engine in a job of its own, which `interrupt` cancels. */
  job(): { engine: Engine; interrupt(): void };
  /** For an engine whose runs live outside the process: `describeDetachedEngine` says more of it. */
  detached: boolean;
  remove(): Promise<void>;
}

/** Every engine passes this. */
export function describeEngine(name: string, make: () => Promise<EngineRig>): void {
  describe(`engine ${name}`, () => {
    let rig: EngineRig;
    beforeEach(async () => {
      rig = await make();
    });
    afterEach(() => rig.remove());

    const submit = async (spec: EngineSpec) => rig.engine.submit(spec, await rig.engine.plan(spec));

    test('says what it can do as data', () => {
      expect(rig.engine.id).toBe(name);
      expect(JSON.parse(JSON.stringify(rig.engine.capabilities))).toEqual(rig.engine.capabilities);
      expect(rig.engine.capabilities.detached).toBe(rig.detached);
    });

    test('plans the same key for the same project and another for another seed or model, and runs nothing', async () => {
      const spec = await rig.spec('works');
      const plan = await rig.engine.plan(spec);

      expect(plan.runKey).toMatch(/^[0-9a-f]{64}$/);
      expect((await rig.another().plan(spec)).runKey).toBe(plan.runKey);
      expect((await rig.engine.plan({ ...spec, seed: 7 })).runKey).not.toBe(plan.runKey);
      expect((await rig.engine.plan({ ...spec, model: 'other' })).runKey).not.toBe(plan.runKey);
      expect(plan.inputs.length).toBeGreaterThan(0);
      expect(plan.inputs.map((input) => input.path)).toEqual(plan.inputs.map((input) => input.path).sort());
      expect(Object.keys(plan.params).length).toBeGreaterThan(0);
      await expect(readFile(join(spec.path, 'metrics.json'))).rejects.toThrow('ENOENT');
    });

    test('brings the outputs of a run into the work tree, with their digests', async () => {
      const spec = await rig.spec('works');

      const ref = await submit(spec);
      const outputs = await rig.engine.collect(spec, ref);

      expect(outputs).toMatchObject({ status: 'succeeded', reason: null });
      expect(outputs.artifacts.map((artifact) => artifact.path)).toContain('metrics.json');
      for (const artifact of outputs.artifacts) {
        const bytes = await readFile(join(spec.path, artifact.path));
        expect(artifact).toMatchObject({
          bytes: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        });
      }
      expect(Date.parse(outputs.finished)).toBeGreaterThanOrEqual(Date.parse(outputs.started));
    });

    test('finds a run again by its reference as JSON, from another process', async () => {
      const spec = await rig.spec('works');
      const ref = JSON.parse(JSON.stringify(await submit(spec)));
      const outputs = await rig.engine.collect(spec, ref);

      const other = rig.another();

      expect(await other.status(ref)).toMatchObject({ state: 'succeeded', cancelling: false });
      expect(await other.collect(spec, ref)).toEqual(outputs);
    });

    test('gives the log once, from a cursor on', async () => {
      const spec = await rig.spec('works');
      const ref = await submit(spec);
      await rig.engine.collect(spec, ref);

      const first = await rig.engine.logs(ref, null);
      const second = await rig.engine.logs(ref, first.cursor);

      expect(first.text).toContain('training');
      expect(second.text).toBe('');
    });

    test('says why a run failed, and tries again as a new attempt', async () => {
      const spec = await rig.spec('fails');
      const ref = await submit(spec);
      const outputs = await rig.engine.collect(spec, ref);

      expect(outputs.status).toBe('failed');
      expect(outputs.reason).toContain('exit code 3');
      expect(outputs.stages.find((stage) => stage.name === 'train')?.result).toBe('failed');
      expect(outputs.artifacts).toEqual([]);
      expect(await rig.engine.status(ref)).toMatchObject({ state: 'failed' });
      const again = await submit(spec);
      expect(again.attempt).toBe(ref.attempt + 1);
      await rig.engine.collect(spec, again);
    });

    test('is the same attempt when a key that succeeded is submitted again', async () => {
      const spec = await rig.spec('works');
      const first = await submit(spec);
      await rig.engine.collect(spec, first);

      const second = await submit(spec);
      const outputs = await rig.engine.collect(spec, second);

      expect(second.attempt).toBe(first.attempt);
      expect(outputs.status).toBe('succeeded');
    });

    test('re-attaches to a key that is running, and ends it when asked to', async () => {
      const spec = await rig.spec('hangs');
      const ref = await submit(spec);
      expect(await submit(spec)).toEqual(ref);
      expect(['queued', 'running']).toContain((await rig.engine.status(ref)).state);

      await rig.engine.cancel(ref);
      const outputs = await rig.engine.collect(spec, ref);

      expect(outputs.status).toBe('cancelled');
      expect(await rig.engine.status(ref)).toMatchObject({ state: 'cancelled', cancelling: false });
    });

    test('tries a key that was cancelled again as a new attempt', async () => {
      const spec = await rig.spec('hangs');
      const first = await submit(spec);
      await rig.engine.cancel(first);
      await rig.engine.collect(spec, first);

      const second = await submit(spec);

      expect(second.attempt).toBe(first.attempt + 1);
      expect(await rig.engine.status(first)).toMatchObject({ state: 'cancelled' });
      expect(['queued', 'running']).toContain((await rig.engine.status(second)).state);
      await rig.engine.cancel(second);
      await rig.engine.collect(spec, second);
    });

    test('is cancelled once, however often it is asked for', async () => {
      const spec = await rig.spec('hangs');
      const ref = await submit(spec);

      await Promise.all([rig.engine.cancel(ref), rig.engine.cancel(ref)]);
      await rig.engine.cancel(ref);
      const outputs = await rig.engine.collect(spec, ref);
      await rig.engine.cancel(ref);

      expect(outputs.status).toBe('cancelled');
      expect(await rig.engine.status(ref)).toMatchObject({ state: 'cancelled', cancelling: false });
      expect(await rig.engine.collect(spec, ref)).toEqual(outputs);
    });

    test('leaves a run that ended as it ended when it is cancelled then', async () => {
      const spec = await rig.spec('works');
      const ref = await submit(spec);
      const outputs = await rig.engine.collect(spec, ref);

      await rig.engine.cancel(ref);
      await rig.another().cancel(ref);

      expect(await rig.engine.status(ref)).toMatchObject({ state: 'succeeded', cancelling: false });
      expect(await rig.engine.collect(spec, ref)).toEqual(outputs);
      const again = await submit(spec);
      expect(again.attempt).toBe(ref.attempt);
      await rig.engine.collect(spec, again);
    });

    test('cancelling the job cancels the run it waits for', async () => {
      const spec = await rig.spec('hangs');
      const { engine, interrupt } = rig.job();
      const ref = await engine.submit(spec, await engine.plan(spec));
      const collecting = engine.collect(spec, ref);

      interrupt();

      expect((await collecting).status).toBe('cancelled');
      expect(await rig.another().status(ref)).toMatchObject({ state: 'cancelled', cancelling: false });
    });

    test('a job that was cancelled before it waits cancels its run all the same', async () => {
      const spec = await rig.spec('hangs');
      const { engine, interrupt } = rig.job();
      const ref = await engine.submit(spec, await engine.plan(spec));

      interrupt();

      expect((await engine.collect(spec, ref)).status).toBe('cancelled');
      expect(await rig.another().status(ref)).toMatchObject({ state: 'cancelled', cancelling: false });
    });

    test('refuses a reference it never gave', async () => {
      const spec = await rig.spec('works');
      const { runKey } = await rig.engine.plan(spec);
      const ref = { engine: name, run_key: runKey, attempt: 1, handle: '../../etc' };

      await expect(rig.engine.status(ref)).rejects.toMatchObject({ name: 'ConfigError' });
    });
  });
}
