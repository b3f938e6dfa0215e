import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { defaultShell } from '../../runtime/shell.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { EngineSpec, RunPlan } from '../types.ts';
import { type Content, type Digester, digestOf } from './digest.ts';
import { readEnvironment } from './environment.ts';
import { type Graph, isProduced } from './graph.ts';
import { hardwareClass } from './hardware.ts';
import { readGraph } from './layout.ts';
import { createParamsReader, type UsedParams } from './params.ts';
import { isWithin, overlaps } from './paths.ts';
import { declaredEnvironment } from './process-env.ts';
import type { Stage } from './schema.ts';

/** A folder with more files than this is listed as one entry, by the digest of its tree. */
const listedFiles = 1000;

/** Contents of what a stage reads, without what other stages make. */
async function sourceContents(
  spec: EngineSpec,
  graph: Graph,
  stage: Stage,
  digester: Digester,
): Promise<(Content | null)[]> {
  const produced = new Set(graph.outs.map((out) => join(spec.path, out)));
  const sources = stage.deps.filter((dep) => !isProduced(dep, graph.outs));
  return digester.contents(
    sources.map((dep) => join(spec.path, dep)),
    (path) => produced.has(path),
  );
}

function checkPresent(
  spec: EngineSpec,
  graph: Graph,
  stage: Stage,
  dep: string,
  content: Content | null,
): void {
  if (content !== null || graph.outs.some((out) => overlaps(dep, out))) return;
  throw new ConfigError(
    `Stage "${stage.name}" depends on "${dep}", which does not exist and no stage makes.`,
    {
      place: spec.locate(`/${stage.name}/deps/${stage.deps.indexOf(dep)}`),
      expected: `a file or folder ${join(spec.path, dep)}, or a stage with it under outs`,
      hint: 'Correct the path, or add it to the outs of the stage that makes it.',
    },
  );
}

type Input = RunPlan['inputs'][number];

function inputsOf(dep: string, content: Content): Input[] {
  if (content.kind === 'file') return [{ path: dep, sha256: content.sha256 }];
  const files = content.entries.filter((entry) => entry.kind === 'file' || entry.kind === 'executable');
  if (files.length > listedFiles) return [{ path: `${dep}/`, sha256: content.sha256 }];
  return files.map((entry) => ({
    path: dep === '.' ? entry.path : `${dep}/${entry.path}`,
    sha256: entry.value,
  }));
}

/**
 * What of a stage's sources is not as the plan has it: a path, or `file:key` of a parameter; `null` when all is. A stage
 * before it may have rewritten the code or rows that judge it, and the record would name what was planned.
 */
export async function changedSince(
  plan: RunPlan,
  spec: EngineSpec,
  graph: Graph,
  stage: Stage,
  digester: Digester,
  params: UsedParams,
): Promise<string | null> {
  const sources = stage.deps.filter((dep) => !isProduced(dep, graph.outs));
  const contents = await sourceContents(spec, graph, stage, digester);
  const now = new Map(
    sources
      .flatMap((dep, index) => (contents[index] ? inputsOf(dep, contents[index] as Content) : []))
      .map(({ path, sha256 }) => [path, sha256]),
  );
  const planned = new Map(plan.inputs.map(({ path, sha256 }) => [path, sha256]));
  for (const [path, sha256] of now) if (planned.get(path) !== sha256) return path;
  const listed = sources.filter((dep) => !now.has(`${dep}/`));
  const gone = plan.inputs.find(
    ({ path }) => !now.has(path) && listed.some((dep) => path === dep || isWithin(path, dep)),
  );
  if (gone !== undefined) return gone.path;
  const other = params.find(
    ([file, key, value]) => !isProduced(file, graph.outs) && !Object.is(plan.params[`${file}:${key}`], value),
  );
  return other === undefined ? null : `${other[0]}:${other[1]}`;
}

function sortedInputs(inputs: readonly Input[]): Input[] {
  const byPath = new Map(inputs.map((input) => [input.path, input]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface StagePlan {
  stage: Stage;
  params: UsedParams;
  sources: (readonly [string, string | null])[];
  inputs: Input[];
}

async function planStage(
  spec: EngineSpec,
  graph: Graph,
  stage: Stage,
  digester: Digester,
  params: UsedParams,
): Promise<StagePlan> {
  const contents = await sourceContents(spec, graph, stage, digester);
  const deps = stage.deps.filter((dep) => !isProduced(dep, graph.outs));
  deps.forEach((dep, index) => {
    checkPresent(spec, graph, stage, dep, contents[index] ?? null);
  });
  return {
    stage,
    params,
    sources: deps.map((dep, index) => [dep, contents[index]?.sha256 ?? null]),
    inputs: deps.flatMap((dep, index) => (contents[index] ? inputsOf(dep, contents[index] as Content) : [])),
  };
}

/** Everything that decides what a run produces. Reads, hashes and asks Python, but runs nothing of the pipeline. */
export async function planPipeline(runtime: Runtime, spec: EngineSpec, digester: Digester): Promise<RunPlan> {
  const graph = await readGraph(runtime, spec);
  const known = await readEnvironment(runtime, spec.stateFolder);
  const environment = { ...known, hardware: await hardwareClass(runtime) };
  const reader = createParamsReader(runtime, spec);
  const shell = await defaultShell(runtime);
  const plans: StagePlan[] = [];
  for (const stage of graph.order) {
    const params = await reader.used(stage, (file) => isProduced(file, graph.outs));
    plans.push(await planStage(spec, graph, stage, digester, params));
  }
  const stageDigests = plans
    .map(({ stage, params, sources }) =>
      digestOf([
        stage.name,
        stage.command,
        stage.shell ?? shell,
        declaredEnvironment(stage, runtime.env),
        stage.deps,
        sources,
        params,
        stage.outs,
      ]),
    )
    .sort();
  const inputs = sortedInputs(plans.flatMap((plan) => plan.inputs));
  const scoring = plans.filter(({ stage }) => stage.metrics.length > 0 || stage.predictions !== null);
  return {
    engine: 'python',
    runKey: digestOf(['run', spec.model, 'python', stageDigests, environment.digest, spec.seed]),
    inputs,
    inputsDigest: digestOf(inputs.map(({ path, sha256 }) => [path, sha256])),
    evaluatorDigest: digestOf(
      scoring.map(({ stage, sources }) => [stage.name, stage.command, sources]).sort(),
    ),
    params: Object.fromEntries(
      plans.flatMap((plan) => plan.params.map(([file, key, value]) => [`${file}:${key}`, value])),
    ),
    environment,
    metricsFiles: [...new Set(graph.order.flatMap((stage) => stage.metrics))].sort(),
    predictionsFile: predictionsOf(spec, graph),
  };
}

function predictionsOf(spec: EngineSpec, graph: Graph): string | null {
  const writers = graph.order.filter((stage) => stage.predictions !== null);
  if (writers.length > 1) {
    throw new ConfigError(
      `Stages ${writers.map((stage) => `"${stage.name}"`).join(' and ')} both declare predictions.`,
      {
        place: spec.locate(`/${writers[1]?.name}/predictions`),
        expected: 'one predictions file for a model',
        hint: 'Put the others under outs.',
      },
    );
  }
  return writers[0]?.predictions ?? null;
}
