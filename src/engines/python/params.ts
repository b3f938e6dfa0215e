import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { EngineSpec } from '../types.ts';
import type { Stage, StageParams } from './schema.ts';

type Scalar = string | number | boolean | null;
type Leaf = readonly [key: string, value: Scalar];

/** Parameter values used by a stage: file, dotted key, value; sorted. */
export type UsedParams = readonly (readonly [file: string, key: string, value: Scalar])[];

/** Reads parameter files, each once. */
export interface ParamsReader {
  /** Values a stage uses; a file that is not there yet but `isComing` is left out. */
  used(stage: Stage, isComing: (file: string) => boolean): Promise<UsedParams>;
}

const deepest = 100;

export function createParamsReader(runtime: Runtime, spec: EngineSpec): ParamsReader {
  const read = new Map<string, Promise<readonly Leaf[] | null>>();
  const leavesOf = (file: string) => {
    const known = read.get(file) ?? readLeaves(runtime, spec, file);
    read.set(file, known);
    return known;
  };
  return {
    async used(stage, isComing) {
      const result = new Map<string, UsedParams[number]>();
      for (const params of stage.params) {
        const leaves = await leavesOf(params.file);
        if (leaves === null && isComing(params.file)) continue;
        if (leaves === null) throw missingFile(spec, stage, params.file);
        for (const [key, value] of chosen(spec, stage, params, leaves)) {
          result.set(JSON.stringify([params.file, key]), [params.file, key, value]);
        }
      }
      return [...result].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
    },
  };
}

function chosen(spec: EngineSpec, stage: Stage, params: StageParams, leaves: readonly Leaf[]): Leaf[] {
  if (params.keys === null) return [...leaves];
  return params.keys.flatMap((key) => {
    const below = leaves.filter(([name]) => name === key || name.startsWith(`${key}.`));
    if (below.length > 0) return below;
    const there = leaves
      .slice(0, 20)
      .map(([name]) => name)
      .join(', ');
    throw new ConfigError(
      `Stage "${stage.name}" uses the parameter "${key}", which ${params.file} does not have.`,
      {
        place: spec.locate(`/${stage.name}/params`),
        expected: there === '' ? 'a file with parameters' : `one of: ${there}`,
        hint: `Add it to ${params.file}, or take it out of params.`,
      },
    );
  });
}

function missingFile(spec: EngineSpec, stage: Stage, file: string): ConfigError {
  return new ConfigError(`Stage "${stage.name}" uses parameters of "${file}", which does not exist.`, {
    place: spec.locate(`/${stage.name}/params`),
    expected: `a file ${join(spec.path, file)}`,
    hint: 'Create it, or take it out of params.',
  });
}

async function readLeaves(runtime: Runtime, spec: EngineSpec, file: string): Promise<Leaf[] | null> {
  const text = await runtime.files.readText(join(spec.path, file));
  if (text === null) return null;
  const leaves: Leaf[] = [];
  flatten(await parse(file, text), '', file, 0, leaves);
  return leaves;
}

async function parse(file: string, text: string): Promise<unknown> {
  const extension = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase();
  try {
    if (extension === 'json') return JSON.parse(text);
    if (extension === 'toml') return (await import('smol-toml')).parse(text);
    if (extension === 'yaml' || extension === 'yml') return (await import('yaml')).parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`Cannot read the parameters in ${file}: ${why}`, { place: { file }, cause: error });
  }
  throw new ConfigError(`Cannot tell what kind of file ${file} is.`, {
    place: { file },
    expected: 'parameters in a .yaml, .yml, .json or .toml file',
    hint: 'Put it under deps instead when its format is another one.',
  });
}

/** Maps become dotted keys; lists stay one value, as JSON. */
function flatten(value: unknown, key: string, file: string, depth: number, leaves: Leaf[]): void {
  if (depth > deepest) {
    throw new ConfigError(`Parameters in ${file} are nested deeper than ${deepest} levels.`, {
      place: { file },
    });
  }
  const isMap =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
  if (!isMap) {
    if (key !== '' || value !== null) leaves.push([key, scalarOf(value)]);
    return;
  }
  const entries = Object.entries(value);
  if (entries.length === 0 && key !== '') leaves.push([key, '{}']);
  for (const [name, inner] of entries)
    flatten(inner, key === '' ? name : `${key}.${name}`, file, depth + 1, leaves);
}

function scalarOf(value: unknown): Scalar {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint'
    ? String(value)
    : JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
}
