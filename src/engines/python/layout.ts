import { join, resolve } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { EngineSpec } from '../types.ts';
import { buildGraph, type Graph } from './graph.ts';
import { isWithin, leavesFolder } from './paths.ts';
import { parsePipeline, type Stage } from './schema.ts';

/** The stages of a pipeline in order, checked against the file system. */
export async function readGraph(runtime: Runtime, spec: EngineSpec): Promise<Graph> {
  const stages = parsePipeline(spec, runtime.platform);
  const root = await runtime.files.realPath(spec.path);
  if (root === null) {
    throw new ConfigError(`The folder of ${spec.model}, ${spec.path}, does not exist.`, {
      place: { file: spec.configFile },
    });
  }
  const checkout = (await runtime.files.realPath(spec.root)) ?? root;
  for (const stage of stages) {
    for (const [index, dep] of stage.deps.entries())
      checkInside(spec, root, checkout, dep, `/${stage.name}/deps/${index}`);
    for (const { file } of stage.params) checkInside(spec, root, checkout, file, `/${stage.name}/params`);
    for (const out of stage.outs) await checkOut(runtime, spec, root, stage, out);
  }
  return buildGraph(spec, stages);
}

/** What is read may lie anywhere in the checkout. */
function checkInside(spec: EngineSpec, root: string, checkout: string, path: string, pointer: string): void {
  if (!leavesFolder(path)) return;
  const absolute = resolve(root, path).replaceAll('\\', '/');
  if (path.startsWith('..') && (overlapsFolder(absolute, checkout) || absolute === checkout)) return;
  throw new ConfigError(`"${path}" lies outside of the repository.`, {
    place: spec.locate(pointer),
    expected: 'a path inside the repository',
    hint: 'Link or copy it into the repository.',
  });
}

function overlapsFolder(absolute: string, folder: string): boolean {
  return isWithin(absolute, folder.replaceAll('\\', '/'));
}

/** What is written must stay below the model's folder, also when a folder on the way is a link. */
async function checkOut(
  runtime: Runtime,
  spec: EngineSpec,
  root: string,
  stage: Stage,
  out: string,
): Promise<void> {
  const refuse = (why: string) =>
    new ConfigError(`Stage "${stage.name}" writes "${out}", which ${why}.`, {
      place: spec.locate(`/${stage.name}`),
      expected: `a path below ${spec.path}`,
      hint: 'Write it inside the folder of the model.',
    });
  if (leavesFolder(out) || out === '.') throw refuse('is not below the folder of the model');
  const parts = out.split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    const parent = await runtime.files.realPath(join(root, ...parts.slice(0, depth)));
    if (parent === null) return;
    if (!overlapsFolder(parent.replaceAll('\\', '/'), root))
      throw refuse('leads out of it by a symbolic link');
  }
}
