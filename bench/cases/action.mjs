/**
 * The actions as users run them, against a GitHub in another process: what comparing two files and keeping one comment
 * costs, how many requests the jobs of a pull request make, and the ledger by API. Requests and bytes of code are
 * promised: a bench over its budget fails. CPU is said beside its aim, for it depends on the machine.
 */

import { compareRows } from '../lib/action-compare.mjs';
import { countJobs } from '../lib/action-jobs.mjs';
import { ledgerRows } from '../lib/action-ledger.mjs';
import { createBudget } from '../lib/budget.mjs';
import { shippedActions } from '../lib/shipped.mjs';

export const name = 'action';

export async function rows(tools) {
  const bench = {
    ...tools,
    hold: createBudget(tools.log),
    actions: shippedActions(tools.root, tools.folder, tools.log),
  };
  const compared = await compareRows(bench);
  await countJobs(bench);
  return [...compared, ...(await ledgerRows(bench))];
}
