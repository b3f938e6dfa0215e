import { join } from 'node:path';
import { parseConfig } from '../../src/config/parse.ts';
import { createFolderRegistry } from '../../src/registry/folder/index.ts';
import type { ReleaseSite } from '../../src/release/site.ts';
import type { ReleaseDeps } from '../../src/release/types.ts';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { nodeWeb } from '../../src/runtime/node/web.ts';
import type { Runtime } from '../../src/runtime/types.ts';
import { createTarget } from '../../src/targets/api.ts';
import { quickClock } from '../github/scripted.ts';

/** A runtime that waits for nothing and draws for real; its clock is `ahead` by so many milliseconds. */
export function quickRuntime(ahead = 0): Runtime {
  const runtime = createRuntime({ signal: new AbortController().signal });
  const nothing = () => {};
  const log = { info: nothing, warn: nothing, error: nothing, debug: nothing, group: nothing };
  return {
    ...runtime,
    clock: quickClock(Date.now() + ahead),
    log: { ...log, endGroup: nothing, output: nothing, progress: nothing },
  };
}

let drawn = 0;

/** Deployments of a project's folder by these ports; the registry lies where a laptop has it. */
export function releaseSite(
  folder: string,
  text: string,
  ports: Pick<ReleaseDeps, 'documents' | 'locks' | 'deployments'> & { runtime?: Runtime },
): ReleaseSite {
  const { runtime = quickRuntime(), ...rest } = ports;
  drawn += 1;
  const token = `site-${drawn}`;
  return {
    config: async () => parseConfig(text, 'trainyard.yml'),
    async open({ name: model }, environment, within = runtime.signal) {
      const asking = { ...runtime, signal: within };
      const place = { runtime: asking, web: nodeWeb, root: folder, environment: environment.name, model };
      return {
        ...{ ...rest, runtime, web: nodeWeb, model, environment, token },
        registry: createFolderRegistry(runtime, join(folder, '.trainyard/registry')),
        target: await createTarget(place, environment.target),
        workspace: join(folder, '.trainyard/releases'),
        by: { actor: 'mona', url: 'https://github.com/octo/flights/actions/runs/7' },
      };
    },
  };
}
