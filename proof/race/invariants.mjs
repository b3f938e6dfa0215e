import { checkViolations } from './checks-hold.mjs';
import { commentViolations } from './comment-holds.mjs';
import { jobViolations } from './jobs-hold.mjs';
import { ledgerViolations } from './ledger-holds.mjs';

/** All that must hold, `before` the quiet last run and `after` it; a sentence for each thing that does not. */
export function askEverything(order, moment) {
  return [ledgerViolations, commentViolations, checkViolations, jobViolations]
    .flatMap((ask) => ask(order, moment))
    .map((sentence) => `${moment} the last run: ${sentence}`);
}
