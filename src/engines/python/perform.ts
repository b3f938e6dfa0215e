import { join } from 'node:path';
import { CancelledError, ConfigError, StageError } from '../../core/errors.ts';
import type { Artifact } from '../../schema/run.types.ts';
import type { Content } from './digest.ts';
import { fingerprint } from './fingerprint.ts';
import { type StageLogs, stageLogFile } from './log.ts';
import { isFileEntry } from './objects.ts';
import { createParamsReader } from './params.ts';
import { changedSince } from './plan.ts';
import type { RunContext } from './run.ts';
import type { Stage } from './schema.ts';
import { runStage } from './stage.ts';

/** How a stage came by its outputs, and what they are. */
export interface Performed {
  kind: 'ran' | 'unchanged' | 'restored';
  artifacts: Artifact[];
}

/** Brings a stage's outputs into the work tree: they are there, come from the cache, or its command makes them. */
export async function performStage(
  context: RunContext,
  logs: StageLogs,
  stage: Stage,
  onTry: (number: number) => void,
): Promise<Performed> {
  const { runtime, cache, digester, spec } = context;
  const print = await fingerprintNow(context, stage);
  await refuseChanged(context, stage);
  const outs = () => digester.contents(stage.outs.map((out) => join(spec.path, out)));
  const entry = await cache.find(print, stage);
  if (entry !== null) {
    const artifacts = entry.outs.flatMap(({ path, content }) => artifactsOf(stage, path, content));
    const now = await outs();
    if (entry.outs.every(({ content }, index) => now[index]?.sha256 === content.sha256)) {
      runtime.log.info(`${stage.name}: unchanged`);
      return { kind: 'unchanged', artifacts };
    }
    if (await cache.restore(print, stage, entry, now)) {
      runtime.log.info(`${stage.name}: unchanged, outputs restored`);
      return { kind: 'restored', artifacts };
    }
  }
  await runLogged(context, logs, stage, onTry);
  const contents = (await outs()) as Content[];
  const kept = stage.outs.map((path, index) => ({ path, content: contents[index] as Content }));
  if ((await fingerprintNow(context, stage)) === print) await cache.keep(print, { outs: kept });
  else
    runtime.log.warn(
      `Inputs of stage "${stage.name}" changed while it ran: its outputs are not kept in the cache.`,
    );
  return {
    kind: 'ran',
    artifacts: kept.flatMap(({ path, content }) => artifactsOf(stage, path, content)),
  };
}

async function runLogged(
  context: RunContext,
  logs: StageLogs,
  stage: Stage,
  onTry: (number: number) => void,
): Promise<void> {
  const { runtime, spec, folder, signal, shell } = context;
  const file = stageLogFile(folder, context.graph.order.indexOf(stage), stage.name);
  const output = logs.open(stage, file);
  const began = runtime.clock.monotonic();
  const took = () => `${((runtime.clock.monotonic() - began) / 1000).toFixed(1)} s`;
  let how = 'failed';
  try {
    await runStage({ runtime, spec, stage, shell: stage.shell ?? shell, folder, output, signal, onTry });
    how = 'done';
  } catch (error) {
    if (error instanceof CancelledError) how = 'cancelled';
    throw error;
  } finally {
    await output.close(`${stage.name}: ${how} after ${took()}`);
    await context.onStageEnd(file);
  }
}

async function fingerprintNow(context: RunContext, stage: Stage): Promise<string> {
  const { spec, runtime, digester, plan, shell } = context;
  const contents = await digester.contents(stage.deps.map((dep) => join(spec.path, dep)));
  const missing = stage.deps.find((_dep, index) => contents[index] === null);
  if (missing !== undefined) {
    throw new ConfigError(`Stage "${stage.name}" depends on "${missing}", which no stage wrote.`, {
      place: spec.locate(`/${stage.name}/deps/${stage.deps.indexOf(missing)}`),
      expected: `a file or folder ${join(spec.path, missing)}`,
      hint: 'Let the stage before it write that path, or correct the path.',
    });
  }
  return fingerprint(spec, stage, {
    shell: stage.shell ?? shell,
    params: await createParamsReader(runtime, spec).used(stage, () => false),
    deps: stage.deps.map((dep, index): [string, string] => [dep, (contents[index] as Content).sha256]).sort(),
    environment: plan.environment?.digest ?? null,
    env: runtime.env,
  });
}

async function refuseChanged(
  { plan, spec, graph, runtime, digester }: RunContext,
  stage: Stage,
): Promise<void> {
  const params = await createParamsReader(runtime, spec).used(stage, () => false);
  const changed = await changedSince(plan, spec, graph, stage, digester, params);
  if (changed === null) return;
  throw new StageError(
    stage.name,
    `"${changed}", which stage "${stage.name}" reads, changed after the run began: its record would not be true.`,
    'Run again. If a stage writes it, list it under the outs of that stage.',
  );
}

/** A folder with more files than this is one artifact, by the digest of its tree. */
const listedFiles = 1000;

function artifactsOf(stage: Stage, path: string, content: Content): Artifact[] {
  const files = content.entries.filter(isFileEntry);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (content.kind === 'folder' && (files.length > listedFiles || files.length === 0)) {
    return [{ path: `${path}/`, bytes, sha256: content.sha256, stage: stage.name }];
  }
  return files.map((file) => ({
    path: file.path === '' ? path : `${path}/${file.path}`,
    bytes: file.bytes,
    sha256: file.value,
    stage: stage.name,
  }));
}
