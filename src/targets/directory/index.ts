import { isAbsolute, join } from 'node:path';
import type { Runtime } from '../../runtime/types.ts';
import type { DirectoryTarget } from '../../schema/trainyard.types.ts';
import type { Target, TargetPlugin } from '../types.ts';
import { createLink, createVersions, type VersionLink } from '../versions.ts';
import { createRemoteLink, createRemoteVersions, type RemoteVersions } from './remote.ts';
import { createShell, type Host } from './ssh.ts';

/** Versions that stay when the section does not say. */
const keptVersions = 3;

/**
 * A folder, here or on a host reached by ssh, that a server reads through the link `current`; the link `stable` is what
 * was promoted. Each is replaced at once.
 */
export const plugin: TargetPlugin<DirectoryTarget> = {
  id: 'directory',
  capabilities: () => ({ traffic: 'switch' }),
  create({ runtime, root }, { host, port, path, keep = keptVersions }) {
    if (host !== undefined) return createRemote(runtime, { name: host, port: port ?? null }, path, keep);
    return createLocal(runtime, isAbsolute(path) ? path : join(root, path), keep);
  },
};

/** What a folder consists of, wherever it lies. */
interface Place {
  /** How a person names it. */
  name: string;
  versions: RemoteVersions;
  served: VersionLink;
  promoted: VersionLink;
}

function createLocal(runtime: Runtime, folder: string, keep: number): Target {
  const versions = createVersions(runtime, folder);
  const link = (name: string) => createLink(runtime, { folder, name, versions: 'versions' });
  const place = { name: folder, versions, served: link('current'), promoted: link('stable') };
  return { ...createDirectory(place, keep), kept: versions.kept };
}

function createRemote(runtime: Runtime, host: Host, folder: string, keep: number): Target {
  const shell = createShell(runtime, host);
  const link = (name: string) => createRemoteLink(shell, folder, name);
  const versions = createRemoteVersions(runtime, shell, folder);
  const place = {
    name: `${host.name}:${folder}`,
    versions,
    served: link('current'),
    promoted: link('stable'),
  };
  return createDirectory(place, keep);
}

function createDirectory({ name, versions, served, promoted }: Place, keep: number): Target {
  return {
    id: plugin.id,
    capabilities: { traffic: 'switch' },
    keeps: versions.keeps,

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
      return `${name}/current leads to ${there === null ? 'no version' : `what deployment ${there} brought`}`;
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

    async retire({ deployment, fence }) {
      await versions.pass(fence);
      await versions.prune(deployment, keep);
    },
  };
}
