import { ConfigError } from '../core/errors.ts';
import { FEWEST_SEEDS } from '../core/gate/seeds.ts';
import type { Policy } from '../core/gate/types.ts';
import type { PredictionTable } from '../core/metrics/types.ts';
import type { Side } from './deps.ts';
import type { Scores } from './scores.ts';

/** Seeds that a policy asks for and a side has no run of. */
export function missingSeeds({ record, repeats = [] }: Side, { seeds }: Pick<Policy, 'seeds'>): number[] {
  const [first, ...further] = seeds;
  if (first !== undefined && record?.seed !== first) return [...seeds];
  return further.filter((seed) => !repeats.some((one) => one.seed === seed));
}

/** A change must not leave out the seeds it is bad with: a ConfigError where a policy that judges asks for more. */
export function requireSeeds(candidate: Side, policies: readonly Policy[]): void {
  for (const policy of policies) {
    const missing = missingSeeds(candidate, policy);
    if (missing.length === 0) continue;
    const some = missing.slice(0, 5).join(', ');
    throw new ConfigError(
      `The candidate has no run with the training ${missing.length === 1 ? 'seed' : 'seeds'} ${some}${missing.length > 5 ? ', …' : ''}.`,
      {
        expected: `a run with each of the ${policy.seeds.length} seeds that "repeats:" asks for`,
        hint: 'Train all of them: a verdict on the seeds that are there could leave out the bad ones.',
      },
    );
  }
}

/**
 * Rows of each seed that the policy asks for, the first those of `scores`; `null` where one artefact is judged: too few
 * seeds are asked for, or the side does not have them all. Rows of the candidate that are gone are a ConfigError.
 */
export async function seedTables(
  side: Side,
  { table }: Scores,
  policy: Policy,
  model: string,
  isCandidate: boolean,
): Promise<PredictionTable[] | null> {
  const [, ...further] = policy.seeds;
  const few = policy.seeds.length < FEWEST_SEEDS;
  if (table === null || few || missingSeeds(side, policy).length > 0) return null;
  const tables = [table];
  for (const seed of further) {
    const rows = await side.repeats?.find((one) => one.seed === seed)?.table(policy, model);
    if (!rows && isCandidate)
      throw new ConfigError(`The candidate has no rows of the training seed ${seed}.`, {
        expected: 'predictions of every seed, as of the first',
        hint: 'Run again: a verdict on the seeds that are there could leave out the bad ones.',
      });
    if (!rows) return null;
    tables.push(rows);
  }
  return tables;
}
