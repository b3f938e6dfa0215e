import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { readManifest } from '../formats/manifest.ts';
import { verifyFiles } from '../registry/verified.ts';
import type { Runtime } from '../runtime/types.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';
import { outdated } from './fence.ts';
import { type PlacedNote, readPlaced } from './note.ts';
import type { KeptVersion, Placed, Placement } from './types.ts';

/** Versions in a folder, `versions/<deployment>/model` with `deployment.json` beside it, and the fence of who writes. */
export interface Versions {
  /** The highest number of a deployment that wrote here. */
  fence(): Promise<number>;
  /** Refuses a deployment that a newer one took over from. */
  pass(fence: number): Promise<void>;
  /** What a deployment brought; `null` when it is not there. */
  placed(deployment: string | null): Promise<Placed | null>;
  /** A version that lies here still. */
  kept(version: string): Promise<KeptVersion | null>;
  /** All that lie here, newest first. */
  keeps(): Promise<Placed[]>;
  /** Takes the verified files from their folder; they appear at once or not at all. */
  stage(placement: Placement, manifest: ModelManifest, folder: string): Promise<void>;
  discard(deployment: string): Promise<void>;
  /** Removes all but this deployment and the newest others, `keep` in all. */
  prune(deployment: string, keep: number): Promise<void>;
}

/** The versions below `base`. */
export function createVersions(runtime: Runtime, base: string): Versions {
  const { files } = runtime;
  const versions = join(base, 'versions');
  const partial = (deployment: string) => join(base, `.staging-${deployment}`);
  const fenceFile = join(base, '.fence');
  const fence = async () => Number((await files.readText(fenceFile)) ?? 0);
  const byAge = async () => {
    const names = (await files.list(versions)) ?? [];
    const infos = await Promise.all(names.map((name) => files.info(join(versions, name))));
    const aged = names.map((name, i) => ({ name, at: infos[i]?.modifiedMs ?? 0 }));
    return aged.sort((a, b) => b.at - a.at).map(({ name }) => name);
  };
  const placed = async (deployment: string) => {
    const text = await files.readText(join(versions, deployment, 'deployment.json'));
    return text === null ? null : readPlaced(parsed(text));
  };
  return {
    fence,

    async pass(own) {
      const seen = await fence();
      if (seen > own) throw outdated(base, own, seen);
      if (seen !== own) await files.write(fenceFile, String(own));
    },

    placed: async (deployment) => (deployment === null ? null : placed(deployment)),

    async kept(version) {
      const names = (await files.list(versions)) ?? [];
      const all = await Promise.all(names.map((name) => placed(name)));
      const found = all.findLast((one) => one?.version === version);
      if (!found) return null;
      const folder = join(versions, found.deployment);
      const file = join(folder, 'manifest.json');
      const text = await files.readText(file);
      if (text === null) return null;
      const { model } = JSON.parse(text) as ModelManifest;
      return { manifest: readManifest(text, file, { model, version }), folder: join(folder, 'model') };
    },

    async keeps() {
      const all = await Promise.all((await byAge()).map((name) => placed(name)));
      return all.filter((one) => one !== null);
    },

    async stage({ deployment, version, digest, model }, manifest, folder) {
      const place = join(versions, deployment);
      if ((await files.info(place)) !== null) return;
      const making = partial(deployment);
      const note: PlacedNote = { deployment, version, digest, model };
      await files.write(join(making, 'deployment.json'), `${JSON.stringify(note, null, 2)}\n`);
      await files.write(join(making, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
      if ((await files.info(join(making, 'model'))) === null) {
        await takeFiles(runtime, manifest, folder, join(making, 'model'));
      }
      await files.makeFolder(versions);
      await files.rename(making, place);
    },

    async discard(deployment) {
      await files.remove(partial(deployment));
      await files.remove(join(versions, deployment));
    },

    async prune(deployment, keep) {
      const others = (await byAge()).filter((name) => name !== deployment);
      for (const name of others.slice(Math.max(0, keep - 1))) await files.remove(join(versions, name));
    },
  };
}

/** Moves verified files; where they lie on another disk they are copied and verified again. Whole or not at all. */
async function takeFiles(runtime: Runtime, manifest: ModelManifest, from: string, to: string): Promise<void> {
  const { files } = runtime;
  try {
    await files.rename(from, to);
  } catch {
    const copy = `${to}.partial`;
    await files.remove(copy);
    for (const { name } of manifest.resources) await files.copy(join(from, name), join(copy, name));
    await verifyFiles(runtime, manifest, copy);
    await files.rename(copy, to);
  }
}

/** A link to the files of one version, replaced by a rename: who reads it sees one or the other, never a mixture. */
export interface VersionLink {
  /** The deployment it leads to; `null` when there is none. */
  read(): Promise<string | null>;
  point(deployment: string | null): Promise<void>;
}

/** The link `name` in `folder` to versions at `versions`, a path relative to the folder. */
export function createLink(
  { files }: Runtime,
  { folder, name, versions }: { folder: string; name: string; versions: string },
): VersionLink {
  const path = join(folder, name);
  const read = async (): Promise<string | null> => {
    const info = await files.info(path);
    if (info === null) return null;
    if (info.kind !== 'link') throw notOurs(path);
    return deploymentOf((await files.readLink(path)).replaceAll('\\', '/'), versions, path);
  };
  return {
    read,
    async point(deployment) {
      if ((await read()) === deployment) return;
      if (deployment === null) return files.remove(path);
      if ((await files.info(join(folder, versions, deployment))) === null) throw gone(folder, deployment);
      const fresh = join(folder, versions, deployment, `.${name}`);
      await files.remove(fresh);
      await files.makeLink(`${versions}/${deployment}/model`, fresh);
      await files.rename(fresh, path);
    },
  };
}

/** The deployment whose version a link at `path` leads to; one that leads elsewhere is a ConfigError. */
export function deploymentOf(leadsTo: string, versions: string, path: string): string {
  const [, lead, deployment] = /^(.+)\/([0-9a-f]{20})\/model$/.exec(leadsTo) ?? [];
  if (lead !== versions || deployment === undefined) throw notOurs(path);
  return deployment;
}

/** A value from JSON; `null` for what is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The refusal to switch to a version that is not there. */
export function gone(folder: string, deployment: string): ConfigError {
  return new ConfigError(`The version that deployment ${deployment} brought is no longer in ${folder}.`, {
    place: { file: folder },
    hint: 'Deploy or roll back to a version by name: its files are fetched again.',
  });
}

/** The refusal to replace what somebody else put there. */
export function notOurs(path: string): ConfigError {
  return new ConfigError(`${path} is there and is no link of Trainyard's.`, {
    place: { file: path },
    expected: 'a folder that only Trainyard writes to',
    hint: 'Move it away, or name another folder for the target.',
  });
}
