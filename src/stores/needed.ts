import type { Ledger } from '../ledger/types.ts';

/** Digests of the predictions that the newest runs of these models have, by the ledger's index: a look-up a model. */
export async function neededPredictions(
  ledger: Ledger,
  models: readonly string[],
  newest: number,
): Promise<Set<string>> {
  const recent = await Promise.all(models.map((model) => ledger.recent(model, newest)));
  return new Set(
    recent
      .flat()
      .flatMap(({ predictions, repeats = [] }) => (predictions === null ? [] : [predictions, ...repeats])),
  );
}
