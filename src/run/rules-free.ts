import type { Policy, PredictionsPolicy } from '../core/gate/types.ts';

/** A policy that judges nothing: only says how predictions are read. */
export function rulesFree(predictions: PredictionsPolicy): Policy {
  return {
    rules: [],
    alpha: 0.05,
    onInconclusive: 'warn',
    onRowsChanged: 'error',
    drift: 'off',
    alphaSpending: 'none',
    dryRun: false,
    seeds: [],
    baseline: 'auto',
    metrics: {},
    predictions,
  };
}
