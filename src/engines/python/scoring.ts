import type { EngineSpec, Scoring } from '../types.ts';
import { type Graph, isProduced, readsOf } from './graph.ts';
import { overlaps } from './paths.ts';
import type { Stage } from './schema.ts';

/**
 * The stages that score a model and make none: the one that writes predictions, those that write metrics and that it
 * does not come after, and what lies between. Of the outputs they read, those of the last stages before them are the
 * model, those of earlier ones data. A reason where training and scoring cannot be told apart.
 */
export function scoringOf(spec: EngineSpec, { order, outs }: Graph): Scoring | { reason: string } {
  const writer = order.find((stage) => stage.predictions !== null);
  if (writer === undefined) return { reason: 'no stage writes predictions' };
  const scoring = scoringStages(writer, order);
  for (const stage of scoring) {
    const other = stage.outs.find((out) => !stage.metrics.includes(out) && stage.predictions !== out);
    if (other === undefined) continue;
    return { reason: `stage "${stage.name}" makes "${other}" beside scores, so it may be what trains` };
  }
  const reads = scoring.flatMap(readsOf);
  const before = order.filter((stage) => !scoring.includes(stage) && reachesAny(stage, scoring, order));
  const last = before.filter((stage) => !before.some((next) => next !== stage && readsFrom(next, stage)));
  const readOf = (stages: readonly Stage[]) =>
    stages.flatMap((stage) => stage.outs.filter((out) => reads.some((path) => overlaps(path, out)))).sort();
  const model = readOf(last);
  if (model.length === 0) return { reason: `stage "${writer.name}" trains and scores at once` };
  const pipeline = spec.pipeline as Readonly<Record<string, unknown>>;
  return {
    pipeline: Object.fromEntries(scoring.map(({ name }) => [name, pipeline[name]])),
    sources: [...new Set(reads.filter((path) => !isProduced(path, outs)))].sort(),
    model,
    data: readOf(before.filter((stage) => !last.includes(stage))),
  };
}

function scoringStages(writer: Stage, order: readonly Stage[]): Stage[] {
  const ends = order.filter(
    (stage) => stage === writer || (stage.metrics.length > 0 && !reachesAny(stage, [writer], order)),
  );
  return order.filter(
    (stage) => ends.includes(stage) || (reachesAny(writer, [stage], order) && reachesAny(stage, ends, order)),
  );
}

function readsFrom(next: Stage, stage: Stage): boolean {
  return readsOf(next).some((path) => stage.outs.some((out) => overlaps(path, out)));
}

/** Whether what a stage makes gets to one of the others, by one step or several. */
function reachesAny(from: Stage, others: readonly Stage[], order: readonly Stage[]): boolean {
  const met = new Set([from]);
  for (const next of order) {
    if ([...met].some((stage) => readsFrom(next, stage))) met.add(next);
  }
  return others.some((stage) => stage !== from && met.has(stage));
}
