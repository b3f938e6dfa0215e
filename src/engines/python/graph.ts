import { ConfigError } from '../../core/errors.ts';
import type { EngineSpec } from '../types.ts';
import { isWithin, overlaps } from './paths.ts';
import type { Stage } from './schema.ts';

/** Stages in an order in which every stage comes after those it reads from. */
export interface Graph {
  order: readonly Stage[];
  /** By stage name: names of the stages it directly reads from. */
  upstream: ReadonlyMap<string, ReadonlySet<string>>;
  /** Everything any stage writes. */
  outs: readonly string[];
}

/** Everything a stage reads: its deps, then its parameter files. */
export function readsOf(stage: Stage): string[] {
  return [...stage.deps, ...stage.params.map((params) => params.file)];
}

/**
 * The order of the stages: B comes after A when something B reads equals, lies within or contains an output of A.
 * Stages that are free keep the order of the configuration. ConfigError for a cycle and for two writers of one path.
 */
export function buildGraph(spec: EngineSpec, stages: readonly Stage[]): Graph {
  refuseMore(spec, 'stages', stages.length, 500);
  refuseMore(spec, 'outputs', stages.flatMap((stage) => stage.outs).length, 2000);
  refuseMore(spec, 'dependencies', stages.flatMap(readsOf).length, 10_000);
  rejectSharedOuts(spec, stages);
  const upstream = new Map(stages.map((stage) => [stage.name, producersOf(spec, stage, stages)]));
  return { order: sortStages(spec, stages, upstream), upstream, outs: stages.flatMap((stage) => stage.outs) };
}

/** Each path is laid beside each other one: a configuration of one megabyte could take hours. */
function refuseMore(spec: EngineSpec, what: string, count: number, most: number): void {
  if (count <= most) return;
  throw new ConfigError(`The pipeline of ${spec.model} has ${count} ${what}.`, {
    place: spec.locate(''),
    expected: `at most ${most}`,
    hint: 'Name folders in place of single files, or make several stages one.',
  });
}

/** Whether a path is wholly made by stages: an output or something inside one. */
export function isProduced(path: string, outs: readonly string[]): boolean {
  return outs.some((out) => out === path || isWithin(path, out));
}

function rejectSharedOuts(spec: EngineSpec, stages: readonly Stage[]): void {
  const writers: { out: string; stage: Stage }[] = [];
  for (const stage of stages) {
    for (const out of stage.outs) {
      const other = writers.find((writer) => writer.stage !== stage && overlaps(writer.out, out));
      if (other !== undefined) {
        const shared = other.out === out ? `"${out}"` : `"${other.out}" and "${out}", one inside the other`;
        throw new ConfigError(`Stages "${other.stage.name}" and "${stage.name}" both write ${shared}.`, {
          place: spec.locate(`/${stage.name}`),
          expected: 'every path to be written by one stage',
          hint: 'Give one of them another path, or make them one stage.',
        });
      }
      writers.push({ out, stage });
    }
  }
}

function producersOf(spec: EngineSpec, stage: Stage, stages: readonly Stage[]): Set<string> {
  const producers = new Set<string>();
  for (const path of readsOf(stage)) {
    const own = stage.outs.find((out) => overlaps(path, out));
    if (own !== undefined) {
      throw new ConfigError(
        `Stage "${stage.name}" reads "${path}", which overlaps its own output "${own}".`,
        {
          place: spec.locate(`/${stage.name}`),
          expected: 'a stage that does not depend on itself',
          hint: 'List the single files it reads under deps.',
        },
      );
    }
    for (const other of stages) {
      if (other !== stage && other.outs.some((out) => overlaps(path, out))) producers.add(other.name);
    }
  }
  return producers;
}

function sortStages(spec: EngineSpec, stages: readonly Stage[], upstream: Graph['upstream']): Stage[] {
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const order: Stage[] = [];
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    if (done.has(name)) return;
    const seen = trail.indexOf(name);
    if (seen >= 0) throw cycleError(spec, [...trail.slice(seen), name]);
    for (const producer of upstream.get(name) ?? []) visit(producer, [...trail, name]);
    done.add(name);
    order.push(byName.get(name) as Stage);
  };
  for (const stage of stages) visit(stage.name, []);
  return order;
}

/** `trail` goes from a stage to the one it reads from. */
function cycleError(spec: EngineSpec, trail: readonly string[]): ConfigError {
  const circle = [...trail].reverse();
  return new ConfigError(`The stages form a cycle: ${circle.join(' → ')}.`, {
    place: spec.locate(`/${circle[0]}`),
    expected: 'stages that can be put in an order',
    hint: 'Take one of these paths out of deps, or write it elsewhere.',
  });
}
