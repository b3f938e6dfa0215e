import { ConfigError } from '../core/errors.ts';
import type { Outcome } from '../core/gate/types.ts';
import type { VerdictDocument } from '../schema/verdict.types.ts';
import { validate } from '../schema/verdict.validate.js';
import type { Deps } from './deps.ts';

/**
 * The verdict that stands on these inputs: the first completed one of a key. Training again with the same inputs is no
 * way to fish for a better one.
 */
export async function standingVerdict(deps: Deps, key: string): Promise<VerdictDocument | null> {
  const kept = await deps.platform.standingVerdict(key);
  return kept === null ? null : checked(kept, key);
}

/** The outcome of a standing verdict, with a note, when it differs from the new one. */
export function standingOutcome(
  first: VerdictDocument,
  fresh: Outcome,
): { outcome: Outcome; note: string } | null {
  if (first.kind === fresh.kind) return null;
  const outcome: Outcome = {
    kind: first.kind,
    verdict: first.verdict,
    conclusion: first.conclusion,
    exit: first.exit,
    sentence: first.sentence,
  };
  const note =
    `The first verdict on these inputs stands (${first.kind}). This attempt alone would have been ` +
    `"${fresh.kind}": ${fresh.sentence}`;
  return { outcome, note };
}

/** Only a judgement stands; a cancelled job or a server that was down is tried again. */
export function isFinal(outcome: Outcome): boolean {
  return outcome.verdict !== null && outcome.verdict !== 'error';
}

function checked(kept: unknown, key: string): VerdictDocument {
  const document = validate(kept) ? (kept as VerdictDocument) : null;
  if (document?.models.some((model) => model.verdict_key === key && model.kind === document.kind))
    return document;
  throw new ConfigError(`The standing verdict ${key.slice(0, 12)} cannot be read.`, {
    place: { file: `.trainyard/verdicts/${key}.json` },
    expected: 'a document of schema/verdict.schema.json about this very key',
    hint: 'Remove the file to judge anew.',
  });
}
