import type { ModelConfig } from '../config/parse.ts';
import type { RunContext } from '../platform/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Deps, Side } from './deps.ts';
import { trainSeeds } from './repeats.ts';
import { sideOfRecord, sideOfSeeds } from './side.ts';

/**
 * The run being judged: one imported for this very commit (it was made elsewhere and is not made again), else the
 * pipeline's, running what is missing.
 */
export async function candidateOf(
  deps: Deps,
  model: ModelConfig,
  context: RunContext,
  config: { file: string; text: string },
): Promise<Side> {
  const imported = await importedFor(deps, model.name, context);
  if (imported) return sideOfRecord(deps, imported, 'imported');
  return sideOfSeeds(deps, await trainSeeds(deps, model, { root: deps.root, context }, config));
}

async function importedFor(deps: Deps, model: string, context: RunContext): Promise<RunRecord | null> {
  if (context.builtSha === null || context.dirty) return null;
  const kept = await deps.platform.promotable(model, context);
  const own = kept.find((run) => run.trust.imported && run.commit.built_sha === context.builtSha);
  if (own) return own;
  const recorded = await deps.ledger.recordOf(context.builtSha, model);
  return recorded?.trust.imported === true ? recorded : null;
}
