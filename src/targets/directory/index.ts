import { isAbsolute, join } from 'node:path';
import type { Runtime } from '../../runtime/types.ts';
import type { DirectoryTarget } from '../../schema/trainyard.types.ts';
import type { Target, TargetPlugin } from '../types.ts';
import { createLink, createVersions } from '../versions.ts';

/** Versions that stay when the section does not say. */
const keptVersions = 3;

/**
 * A folder that a server reads through the link `current`; the link `stable` is what was promoted. Each is replaced at
 * once.
 */
export const plugin: TargetPlugin<DirectoryTarget> = {
  id: 'directory',
  capabilities: () => ({ traffic: 'switch' }),
  create({ runtime, root }, { path, keep }) {
    return createDirectory(runtime, isAbsolute(path) ? path : join(root, path), keep ?? keptVersions);
  },
};

function createDirectory(runtime: Runtime, folder: string, keep: number): Target {
  const versions = createVersions(runtime, folder);
  const served = createLink(runtime, { folder, name: 'current', versions: 'versions' });
  const promoted = createLink(runtime, { folder, name: 'stable', versions: 'versions' });
  return {
    id: plugin.id,
    capabilities: { traffic: 'switch' },

    async current() {
      const [stable, current, fence] = [await promoted.read(), await served.read(), await versions.fence()];
      const candidate = current === stable ? null : await versions.placed(current);
      return {
        stable: await versions.placed(stable),
        candidate: candidate && { ...candidate, weight: 100 },
        fence,
      };
    },

    async stage(placement, manifest, from) {
      await versions.pass(placement.fence);
      await versions.stage(placement, manifest, from);
    },

    async shift({ deployment, fence }, weight) {
      await versions.pass(fence);
      await served.point(weight > 0 ? deployment : await promoted.read());
    },

    async probe({ deployment }) {
      const there = await served.read();
      if (there === deployment) return null;
      return `${join(folder, 'current')} leads to ${there === null ? 'no version' : `what deployment ${there} brought`}`;
    },

    async promote({ deployment, fence }) {
      await versions.pass(fence);
      await served.point(deployment);
      await promoted.point(deployment);
    },

    async rollback({ deployment, fence }, to) {
      await versions.pass(fence);
      await served.point(to?.deployment ?? null);
      await promoted.point(to?.deployment ?? null);
      await versions.discard(deployment);
    },

    kept: (version) => versions.kept(version),

    async retire({ deployment, fence }) {
      await versions.pass(fence);
      await versions.prune(deployment, keep);
    },
  };
}
