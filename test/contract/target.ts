import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ModelManifest } from '../../src/schema/manifest.types.ts';
import type { Placement, Target } from '../../src/targets/types.ts';
import { writeVersion } from '../release/manifests.ts';
import { makeFolder } from '../rig/command.ts';

/** A target to try, and what whoever reads from it gets: the text of `model.bin`, `null` for nothing. */
export interface TriedTarget {
  target: Target;
  served(): Promise<string | null>;
}

interface Version {
  placement: Placement;
  manifest: ModelManifest;
  folder: string;
}

/** What every target does, each step also when it is repeated. */
export function describeTarget(name: string, make: () => Promise<TriedTarget>, files?: FilesOf): void {
  const version = (number: number): Version => {
    const folder = join(makeFolder(), 'model');
    const manifest = writeVersion(folder, `1.${number}.0`, {}, files?.(`1.${number}.0`));
    const { model, model_version, digest } = manifest;
    const deployment = String(number).padStart(20, '0');
    return {
      folder,
      manifest,
      placement: { deployment, version: model_version, digest, model, fence: number },
    };
  };
  const twice = async (step: () => Promise<unknown>) => {
    await step();
    await step();
  };
  const stage = (target: Target, { placement, manifest, folder }: Version) =>
    target.stage(placement, manifest, folder);
  const promote = async (target: Target, one: Version) => {
    await stage(target, one);
    await target.shift(one.placement, 100);
    await target.promote(one.placement);
  };
  const placed = ({ placement: { deployment, version: of, digest } }: Version) => ({
    deployment,
    version: of,
    digest,
  });

  describe(`${name} as a target`, () => {
    test('serves nothing before anything was promoted', async () => {
      const { target, served } = await make();

      expect(await target.current()).toMatchObject({ stable: null, candidate: null });
      expect(await served()).toBeNull();
    });

    test('goes all the way, each step twice', async () => {
      const { target, served } = await make();
      const one = version(1);

      await twice(() => stage(target, one));
      expect(await served()).toBeNull();
      await twice(() => target.shift(one.placement, 100));
      expect(await target.current()).toMatchObject({
        stable: null,
        candidate: { ...placed(one), weight: 100 },
      });
      expect(await target.probe(one.placement)).toBeNull();
      await twice(() => target.promote(one.placement));
      await twice(() => target.retire(one.placement));

      expect(await target.current()).toMatchObject({ stable: placed(one), candidate: null });
      expect(await served()).toContain('1.1.0');
    });

    test('staging moves no traffic', async () => {
      const { target, served } = await make();
      const [one, two] = [version(1), version(2)];
      await promote(target, one);

      await stage(target, two);

      expect(await target.current()).toMatchObject({ stable: placed(one), candidate: null });
      expect(await served()).toContain('1.1.0');
    });

    test('what has traffic is taken back, twice', async () => {
      const { target, served } = await make();
      const [one, two] = [version(1), version(2)];
      await promote(target, one);
      await stage(target, two);
      await target.shift(two.placement, 100);
      expect(await served()).toContain('1.2.0');

      await twice(() => target.rollback(two.placement, placed(one)));

      expect(await target.current()).toMatchObject({ stable: placed(one), candidate: null });
      expect(await served()).toContain('1.1.0');
    });

    test('a first version is taken back to nothing', async () => {
      const { target, served } = await make();
      const one = version(1);
      await stage(target, one);
      await target.shift(one.placement, 100);

      await twice(() => target.rollback(one.placement, null));

      expect(await target.current()).toMatchObject({ stable: null, candidate: null });
      expect(await served()).toBeNull();
    });

    test('what was never staged is taken back, too', async () => {
      const { target, served } = await make();
      const [one, two] = [version(1), version(2)];
      await promote(target, one);

      await target.rollback(two.placement, placed(one));

      expect(await served()).toContain('1.1.0');
    });

    test('a shift to nothing gives the traffic back', async () => {
      const { target, served } = await make();
      const [one, two] = [version(1), version(2)];
      await promote(target, one);
      await stage(target, two);
      await target.shift(two.placement, 100);

      await target.shift(two.placement, 0);

      expect(await served()).toContain('1.1.0');
    });

    test('of many versions the live one stays', async () => {
      const { target, served } = await make();
      for (const number of [1, 2, 3, 4, 5, 6]) {
        const one = version(number);
        await promote(target, one);
        await target.retire(one.placement);
      }

      expect(await served()).toContain('1.6.0');
      expect(await target.current()).toMatchObject({ stable: { version: '1.6.0' }, candidate: null });
    });
  });
}

/** Files of a version, where a server needs its own; one of them is `model.bin`. */
export type FilesOf = (version: string) => Record<string, string>;

/** What every target does besides that says what lies on it. */
export function describeKept(name: string, make: () => Promise<TriedTarget>): void {
  test(`${name} tells what it has kept, newest first`, async () => {
    const { target } = await make();
    expect(await target.keeps?.()).toEqual([]);
    const placed = [];
    for (const [i, version] of ['1.0.0', '1.2.0', '1.1.0'].entries()) {
      const folder = join(makeFolder(), 'model');
      const manifest = writeVersion(folder, version);
      const { model, digest } = manifest;
      const one = { deployment: String(i + 7).padStart(20, '0'), version, digest };
      await target.stage({ ...one, model, fence: i + 1 }, manifest, folder);
      placed.unshift(one);
    }
    expect(await target.keeps?.()).toEqual(placed);
  });
}

/** What every target that keeps a fence does besides. */
export function describeFence(name: string, make: () => Promise<TriedTarget>): void {
  test(`${name} refuses a deployment that was taken over from`, async () => {
    const { target, served } = await make();
    const folder = join(makeFolder(), 'model');
    const manifest = writeVersion(folder, '1.1.0');
    const { model, model_version, digest } = manifest;
    const newer = { deployment: 'a'.repeat(20), version: model_version, digest, model, fence: 7 };
    await target.stage(newer, manifest, folder);
    await target.shift(newer, 100);
    await target.promote(newer);
    const older = { ...newer, deployment: 'b'.repeat(20), fence: 6 };

    for (const step of [
      () => target.stage(older, manifest, folder),
      () => target.shift(older, 100),
      () => target.promote(older),
      () => target.rollback(older, null),
      () => target.retire(older),
    ])
      await expect(step()).rejects.toThrow(/taken over/);

    expect(await served()).toContain('1.1.0');
    expect(await target.current()).toMatchObject({ fence: 7, stable: { deployment: newer.deployment } });
  });
}
