import { join } from 'node:path';
import type { ModelConfig } from '../config/parse.ts';
import type { EngineSpec } from '../engines/types.ts';
import type { Deps } from './deps.ts';

/** What the engine needs to know of one model in the checkout at `root`. */
export function engineSpec(deps: Deps, model: ModelConfig, root: string, configFile: string): EngineSpec {
  return {
    model: model.name,
    root,
    path: join(root, model.path),
    pipeline: model.pipeline,
    seed: model.seed,
    stateFolder: deps.stateFolder,
    configFile,
    locate: model.locate,
  };
}
