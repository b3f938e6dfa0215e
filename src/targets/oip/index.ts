import { isAbsolute, join } from 'node:path';
import { UpstreamError } from '../../core/errors.ts';
import type { Web } from '../../runtime/web.ts';
import type { OipTarget } from '../../schema/trainyard.types.ts';
import type { Target, TargetPlace, TargetPlugin } from '../types.ts';
import { createLink, createVersions } from '../versions.ts';

/** Versions that stay when the section does not say. */
const keptVersions = 3;

/** A model may take its time to load. */
const loadTimeoutMs = 300_000;
const askTimeoutMs = 10_000;

/**
 * A server with the repository API of the Open Inference Protocol v2 that reads models from a folder mounted here. The
 * model's folder there is a link to one version; after it was switched the server is told to load it. The link `loaded`
 * says which version it has loaded: a run that dies in between leaves the two different, and the next one sees it.
 */
export const plugin: TargetPlugin<OipTarget> = {
  id: 'oip',
  capabilities: () => ({ traffic: 'switch' }),
  create: createOip,
};

function createOip(place: TargetPlace, section: OipTarget): Target {
  const { runtime, root, web } = place;
  const model = section.model ?? place.model;
  const repository = isAbsolute(section.repository) ? section.repository : join(root, section.repository);
  const own = join(repository, '.trainyard', model);
  const versions = createVersions(runtime, own);
  const served = createLink(runtime, {
    folder: repository,
    name: model,
    versions: `.trainyard/${model}/versions`,
  });
  const promoted = createLink(runtime, { folder: own, name: 'stable', versions: 'versions' });
  const loaded = createLink(runtime, { folder: own, name: 'loaded', versions: 'versions' });
  const server = createServer(web, section.url, model, runtime.signal);

  /** Before the server is told, nothing counts as loaded; afterwards what was told. */
  const serve = async (deployment: string | null): Promise<void> => {
    if ((await served.read()) === deployment && (await loaded.read()) === deployment) return;
    await loaded.point(null);
    await served.point(deployment);
    await (deployment === null ? server.unload() : server.load());
    await loaded.point(deployment);
  };
  return {
    id: plugin.id,
    capabilities: { traffic: 'switch' },

    async current() {
      const stable = await promoted.read();
      const [there, ready] = [await served.read(), await loaded.read()];
      const placed = await versions.placed(stable);
      const same = there === stable && ready === stable;
      const candidate = same ? null : await versions.placed(there ?? stable);
      return {
        stable: placed,
        candidate: candidate && { ...candidate, weight: ready === there ? 100 : 0 },
        fence: await versions.fence(),
      };
    },

    async stage(placement, manifest, from) {
      await versions.pass(placement.fence);
      await versions.stage(placement, manifest, from);
    },

    async shift({ deployment, fence }, weight) {
      await versions.pass(fence);
      await serve(weight > 0 ? deployment : await promoted.read());
    },

    async probe({ deployment }) {
      if ((await loaded.read()) !== deployment)
        return `the server was told to load another version of ${model}`;
      return server.complaint();
    },

    async promote({ deployment, fence }) {
      await versions.pass(fence);
      await serve(deployment);
      await promoted.point(deployment);
    },

    async rollback({ deployment, fence }, to) {
      await versions.pass(fence);
      await serve(to?.deployment ?? null);
      await promoted.point(to?.deployment ?? null);
      await versions.discard(deployment);
    },

    kept: (version) => versions.kept(version),
    keeps: () => versions.keeps(),

    async retire({ deployment, fence }) {
      await versions.pass(fence);
      await versions.prune(deployment, section.keep ?? keptVersions);
    },
  };
}

/** The server's own word, by the repository API. */
function createServer(web: Web, url: string, model: string, signal: AbortSignal) {
  const base = url.replace(/\/+$/, '');
  const name = encodeURIComponent(model);
  const tell = async (what: 'load' | 'unload', fine: (status: number) => boolean) => {
    const address = `${base}/v2/repository/models/${name}/${what}`;
    const answer = await web.ask({
      method: 'POST',
      url: address,
      body: {},
      timeoutMs: loadTimeoutMs,
      signal,
    });
    if (fine(answer.status)) return;
    throw new UpstreamError(`${address} answers ${answer.status}: ${answer.text.slice(0, 300)}`, {
      retryable: true,
    });
  };
  const isFine = (status: number) => status >= 200 && status < 300;
  return {
    load: () => tell('load', isFine),
    /** A model that is not loaded cannot be unloaded, and need not be. */
    unload: () => tell('unload', (status) => isFine(status) || status === 404 || status === 400),
    async complaint(): Promise<string | null> {
      const address = `${base}/v2/models/${name}/ready`;
      const { status } = await web.ask({ method: 'GET', url: address, timeoutMs: askTimeoutMs, signal });
      return isFine(status) ? null : `${address} answers ${status}`;
    },
  };
}
