/** Refusals that are part of how things are done: a ref that another made first, a comment or a commit that is not there. */
const expected = [
  ['repos/get-commit', 422],
  ['git/create-ref', 422],
  ['issues/update-comment', 404],
  ['issues/delete-comment', 404],
];

/**
 * Most requests of an operation that nothing disturbed. A comment: 3, one for each duplicate removed, one more when it made
 * one of these itself. A check: 2, one where nobody had looked at the pull request, one for each 50 annotations beyond the
 * first 50, one for each check of another run that opening it closes. An append: 2, one for each look into segments, two
 * more when it starts the ledger.
 */
const budgets = {
  comment(_op, own) {
    const count = (name) => own.filter(({ operation }) => operation === name).length;
    const removed = count('issues/delete-comment');
    return 3 + removed + (removed > 0 ? count('issues/create-comment') : 0);
  },
  check: ({ annotations = [], conclusion }, own) =>
    2 +
    own.filter(({ operation }) => operation === 'pulls/get').length +
    Math.max(0, Math.ceil(annotations.length / 50) - 1) +
    (conclusion === null ? own.filter(({ operation }) => operation === 'checks/update').length : 0),
  append: (_op, own) =>
    2 +
    own.filter(({ named }) => named === 'LedgerFiles').length +
    (own.some(({ operation }) => operation === 'git/create-ref') ? 2 : 0),
};

/** Jobs end well or give up for GitHub's sake; nothing is refused for its form; undisturbed work keeps its budget. */
export function jobViolations(order, moment) {
  const { site, all, ops } = order;
  const wrong = all
    .filter(({ state }) => state === 'broken' || state === 'running')
    .map(({ name, state, error }) => `${name} is ${state}${error ? `: ${error.stack}` : ''}`);
  if (moment === 'before') return wrong;
  for (const request of site.requests.filter(isRefused))
    wrong.push(`${request.operation} of ${request.job.name} was answered ${request.status}`);
  const undisturbed = ops.filter(
    (op) => budgets[op.kind] && op.state === 'done' && isAlone(site.requests, op),
  );
  order.undisturbed = undisturbed;
  for (const op of undisturbed) {
    const own = site.requests.filter((one) => one.op === op);
    const most = budgets[op.kind](op, own);
    if (op.requests > most)
      wrong.push(`${op.kind} of ${op.job.name} took ${op.requests} requests, not ${most}`);
  }
  return wrong;
}

function isRefused({ operation, status, fault, job, seq }, _i, requests) {
  if (status < 400 || status >= 500) return false;
  if (expected.some(([name, code]) => name === operation && code === status)) return false;
  const limited = (one) => /limit/.test(one.fault ?? '') && one.job === job && one.seq <= seq;
  return !(status === 403 && (/limit/.test(fault ?? '') || requests.some(limited)));
}

const reads = /^(?:graphql\/repository|repos\/get|checks\/list|pulls\/get|git\/get)/;

/** No fault struck it and nobody else wrote meanwhile. */
function isAlone(requests, op) {
  return requests.every(({ seq, op: other, fault, operation }) => {
    if (seq <= op.start || seq > op.end) return true;
    return other === op ? fault === null : reads.test(operation);
  });
}
