import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { type Params, type ParamValue, readParams, selectParams } from '../../formats/params/index.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { EngineSpec } from '../types.ts';
import type { Stage } from './schema.ts';

/** Parameter values used by a stage: file, dotted key, value; sorted. */
export type UsedParams = readonly (readonly [file: string, key: string, value: ParamValue])[];

/** Reads parameter files, each once. */
export interface ParamsReader {
  /** Values a stage uses; a file that is not there yet but `isComing` is left out. */
  used(stage: Stage, isComing: (file: string) => boolean): Promise<UsedParams>;
}

export function createParamsReader(runtime: Runtime, spec: EngineSpec): ParamsReader {
  const read = new Map<string, Promise<Params | null>>();
  const paramsOf = (file: string) => {
    const known = read.get(file) ?? readFile(runtime, spec, file);
    read.set(file, known);
    return known;
  };
  return {
    async used(stage, isComing) {
      const found = new Map<string, UsedParams[number]>();
      for (const { file, keys } of stage.params) {
        const params = await paramsOf(file);
        if (params === null && isComing(file)) continue;
        if (params === null) throw missingFile(spec, stage, file);
        for (const [key, value] of Object.entries(selectParams(params, file, keys))) {
          found.set(`${file}:${key}`, [file, key, value]);
        }
      }
      return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
    },
  };
}

async function readFile(runtime: Runtime, spec: EngineSpec, file: string): Promise<Params | null> {
  const bytes = await runtime.files.readBytes(join(spec.path, file));
  return bytes === null ? null : readParams(bytes, file);
}

function missingFile(spec: EngineSpec, stage: Stage, file: string): ConfigError {
  return new ConfigError(`Stage "${stage.name}" uses parameters of "${file}", which does not exist.`, {
    place: spec.locate(`/${stage.name}/params`),
    expected: `a file ${join(spec.path, file)}`,
    hint: 'Create it, or take it out of params.',
  });
}
