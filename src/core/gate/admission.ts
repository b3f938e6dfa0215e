import type { OutcomeKind } from './types.ts';

/**
 * Whether a model may be registered and deployed by what the gate said of it: `refused` for none, a failure, an error and
 * what was cancelled or blocks; `unsure` for what the gate let through without a judgement.
 */
export function admission(
  kind: OutcomeKind | null,
  { blockInconclusive }: { blockInconclusive: boolean },
): 'admitted' | 'unsure' | 'refused' {
  switch (kind) {
    case 'pass':
    case 'warn':
      return 'admitted';
    case 'inconclusive':
      return blockInconclusive ? 'refused' : 'unsure';
    case 'adoption':
    case 'no-rules':
    case 'not-judged':
    case 'dry-run':
      return 'unsure';
    default:
      return 'refused';
  }
}
