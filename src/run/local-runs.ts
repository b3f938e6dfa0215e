import { candidateOf } from './candidate.ts';
import { computedAt } from './computed.ts';
import type { RunSource } from './deps.ts';
import { trainSeeds } from './repeats.ts';
import { scoreAgain } from './rescore/score.ts';
import { planRun, textDigest } from './train.ts';

/** Runs made by this process, in the work tree at hand and in worktrees beside it. */
export const localRuns: RunSource = {
  candidates: async (deps, model, context, config) => [
    { label: model.name, side: () => candidateOf(deps, model, context, config) },
  ],
  async made(deps, model, context, config) {
    return [(await trainSeeds(deps, model, { root: deps.root, context }, config)).first.record];
  },
  async equal(deps, model, context, config, kept) {
    if (kept.length === 0) return null;
    const plan = await planRun(deps, model, { root: deps.root, context }, config.file);
    const digest = textDigest(config.text);
    return kept.find((run) => run.run_key === plan.runKey && run.digests.config === digest) ?? null;
  },
  computed: computedAt,
  rescored: scoreAgain,
};
