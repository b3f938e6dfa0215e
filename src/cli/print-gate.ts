import { logLine } from '../report/escape.ts';
import { explainModel } from '../report/explain.ts';
import { renderPlan } from '../report/plan.ts';
import type { Report } from '../report/types.ts';
import type { ModelPlan } from '../verbs/gate.ts';

/** How many rows each rule of each model needs. */
export function planned(models: readonly ModelPlan[]): string {
  return models
    .map(({ model, plan, outcome }) =>
      plan === null ? `${logLine(model)}: ${logLine(outcome.sentence)}\n` : renderPlan(model, plan),
    )
    .join('\n');
}

/** The verdict, and how each rule came to its own. */
export function explained({ outcome, models }: Report): string {
  const verdict = (outcome.verdict ?? outcome.kind).toUpperCase();
  return [`${verdict}: ${logLine(outcome.sentence)}\n`, ...models.map(explainModel)].join('\n');
}
