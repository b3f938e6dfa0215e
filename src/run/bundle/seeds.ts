import type { ModelConfig } from '../../config/parse.ts';
import { ConfigError } from '../../core/errors.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import type { RepeatedSide, Side } from '../deps.ts';
import { withRepeats } from '../record.ts';
import { wholeSets } from '../repeats.ts';

/**
 * The runs of all seeds as one side, that of the first seed with the others beside it. A run of the base that stands for
 * an unchanged model brings its own. What is missing is not looked for here: nobody judges a side that lacks a seed.
 */
export function sideOfSet(sides: readonly Side[], seeds: readonly number[]): Side {
  const first = sides.find(({ record }) => record?.seed === seeds[0]);
  if (!first?.record) return sides[0] as Side;
  if (first.record.repeats !== undefined && sides.every(({ how }) => how === 'unchanged')) return first;
  const others = sides.filter((side) => side !== first);
  const records = others.flatMap(({ record }) => record ?? []);
  return { ...first, record: withRepeats(first.record, records), repeats: others.map(repeatedSide) };
}

function repeatedSide({ record, scores }: Side): RepeatedSide {
  return {
    seed: record?.seed as number,
    table: async (policy, model) => (await scores(policy, model)).table,
  };
}

/** One record for all seeds that a model is judged by; without such all records. */
export function recordedSets({ name, policy: { seeds } }: ModelConfig, records: RunRecord[]): RunRecord[] {
  const sets = wholeSets(records, seeds);
  if (sets.length > 0) return sets;
  throw new ConfigError(`The runs of ${name} are not those of the ${seeds.length} seeds it is judged by.`, {
    hint: 'Let the matrix train each of them, or leave the seeds out of it.',
  });
}
