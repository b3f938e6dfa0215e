import { spentAlpha } from '../core/gate/spending.ts';
import type { Policy } from '../core/gate/types.ts';
import type { RunContext } from '../platform/types.ts';
import type { VerdictDocument } from '../schema/verdict.types.ts';
import type { Deps } from './deps.ts';

/** Which attempt of its pull request a verdict is, from 1, and the α it is judged at. */
export interface Attempt {
  number: number;
  alpha: number;
}

/**
 * The attempt at hand, where the policy shares α among those of a pull request: one more than were judged, or the one of
 * the verdict that stands on the same inputs. `null` where nothing is shared.
 */
export async function attemptAt(
  deps: Deps,
  request: { model: string; policy: Policy; context: RunContext; standing: VerdictDocument | null },
): Promise<Attempt | null> {
  const { model, policy, context, standing } = request;
  if (policy.alphaSpending === 'none' || context.pullRequest === null) return null;
  const stood = standing?.models.find(({ attempt }) => attempt !== undefined)?.attempt;
  const number = stood?.number ?? (await deps.platform.attempts(model)) + 1;
  return { number, alpha: spentAlpha(policy.alpha, number) };
}

/** A policy at the α of an attempt. */
export function atAttempt(policy: Policy, attempt: Attempt | null): Policy {
  return attempt === null ? policy : { ...policy, alpha: spentAlpha(policy.alpha, attempt.number) };
}

/** How α was shared, for whoever reads the intervals. */
export function attemptNotes(attempt: Attempt | null, policy: Policy): string[] {
  if (attempt === null) return [];
  const { number, alpha } = attempt;
  return [
    `Attempt ${number} of this pull request: its attempts share α = ${policy.alpha}, and this one is judged at ${alpha}.`,
  ];
}
