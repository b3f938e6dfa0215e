import { join, relative, resolve } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { EngineSpec } from '../types.ts';
import { buildGraph, type Graph } from './graph.ts';
import { isWithin, leavesFolder, overlaps } from './paths.ts';
import { parsePipeline, type Stage } from './schema.ts';

/** The stages of a pipeline in order, checked against the file system. */
export async function readGraph(runtime: Runtime, spec: EngineSpec): Promise<Graph> {
  const stages = parsePipeline(spec, runtime.platform);
  const root = await modelFolder(runtime, spec);
  const checkout = (await runtime.files.realPath(spec.root)) ?? root;
  for (const stage of stages) {
    for (const [index, dep] of stage.deps.entries())
      checkInside(spec, root, checkout, dep, `/${stage.name}/deps/${index}`);
    for (const { file } of stage.params) {
      checkInside(spec, root, checkout, file, `/${stage.name}/params`);
      await checkParams(runtime, spec, checkout, stage, file);
    }
    for (const out of stage.outs) await checkOut(runtime, spec, stage, out);
  }
  return buildGraph(spec, stages);
}

/** The model's folder, links resolved; one that a link takes out of the checkout would have its outputs removed there. */
async function modelFolder(runtime: Runtime, spec: EngineSpec): Promise<string> {
  const place = { file: spec.configFile };
  const root = await runtime.files.realPath(spec.path);
  if (root === null)
    throw new ConfigError(`The folder of ${spec.model}, ${spec.path}, does not exist.`, { place });
  const checkout = await runtime.files.realPath(spec.root);
  if (checkout === null || root === checkout || overlapsFolder(slashed(root), checkout)) return root;
  throw new ConfigError(`The folder of ${spec.model}, ${spec.path}, leads out of the repository by a link.`, {
    place,
    expected: 'a folder inside the repository',
    hint: 'Put the folder itself there, not a link.',
  });
}

/** What is read may lie anywhere in the checkout. */
function checkInside(spec: EngineSpec, root: string, checkout: string, path: string, pointer: string): void {
  if (!leavesFolder(path)) return;
  const absolute = slashed(resolve(root, path));
  if (path.startsWith('..') && (overlapsFolder(absolute, checkout) || absolute === checkout)) return;
  throw new ConfigError(`"${path}" lies outside of the repository.`, {
    place: spec.locate(pointer),
    expected: 'a path inside the repository',
    hint: 'Link or copy it into the repository.',
  });
}

/** Values of parameters are recorded and shown: a link must not fetch those of another file of the user's. */
async function checkParams(
  runtime: Runtime,
  spec: EngineSpec,
  checkout: string,
  stage: Stage,
  file: string,
): Promise<void> {
  const real = await runtime.files.realPath(join(spec.path, file));
  if (real === null || overlapsFolder(slashed(real), checkout)) return;
  throw new ConfigError(`The parameters of "${file}" lie outside of the repository, behind a link.`, {
    place: spec.locate(`/${stage.name}/params`),
    expected: 'a file inside the repository: values of parameters are recorded and shown',
    hint: 'Copy it into the repository, or list it under deps, where its digest alone counts.',
  });
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

function overlapsFolder(absolute: string, folder: string): boolean {
  return isWithin(absolute, slashed(folder));
}

function refusedOut(spec: EngineSpec, stage: Stage, out: string, why: string): ConfigError {
  return new ConfigError(`Stage "${stage.name}" writes "${out}", which ${why}.`, {
    place: spec.locate(`/${stage.name}`),
    expected: `a path below ${spec.path}`,
    hint: 'Write it inside the folder of the model.',
  });
}

/**
 * What is written or removed must stay below the model's folder, also when a folder on the way is a link, and must
 * not be git's, ours or the configuration. Asked again before outputs are touched: a stage may have put a link there.
 */
export async function checkOut(runtime: Runtime, spec: EngineSpec, stage: Stage, out: string): Promise<void> {
  const real = leavesFolder(out) || out === '.' ? null : await realOut(runtime, spec, stage, out);
  if (real === null) throw refusedOut(spec, stage, out, 'is not below the folder of the model');
  const checkout = (await runtime.files.realPath(spec.root)) ?? spec.root;
  const parts = slashed(relative(checkout, real)).split('/');
  if (parts.some((part) => /^(?:\.git|git~\d+|\.trainyard)[ .]*$/i.test(part)))
    throw refusedOut(spec, stage, out, 'belongs to git or Trainyard');
  const config = slashed(join(checkout, spec.configFile)).toLowerCase();
  if (overlaps(config, slashed(real).toLowerCase()))
    throw refusedOut(spec, stage, out, 'would take the place of the configuration');
}

/** Where an output lies with the links on its way resolved; its own name is not followed. */
async function realOut(runtime: Runtime, spec: EngineSpec, stage: Stage, out: string): Promise<string> {
  const root = (await runtime.files.realPath(spec.path)) ?? spec.path;
  const parts = out.split('/');
  let at = root;
  for (const part of parts.slice(0, -1)) {
    at = join(at, part);
    const parent = await runtime.files.realPath(at);
    const absent = parent === null && (await runtime.files.info(at)) === null;
    if (!absent && (parent === null || !overlapsFolder(slashed(parent), root)))
      throw refusedOut(spec, stage, out, 'leads out of it by a symbolic link');
    at = parent ?? at;
  }
  return join(at, parts.at(-1) ?? '');
}
