/**
 * For each head, name and run a check in the state its last report gave it. Only one that is opened anew after it was
 * completed comes twice; the older stays completed. None of a job that ended is left open.
 */
export function checkViolations(order, moment) {
  const { repository } = order;
  const wrong = [];
  const keys = new Set(repository.checks.map(keyOf));
  for (const key of keys) {
    const checks = repository.checks.filter((check) => keyOf(check) === key);
    const ops = order.ops.filter((op) => op.kind === 'check' && keyOf(op) === key);
    if (checks.length > mostOf(order, ops)) wrong.push(`there are ${checks.length} checks ${key}`);
    if (checks.slice(0, -1).some(({ status }) => status !== 'completed'))
      wrong.push(`an older ${key} is open`);
    wrong.push(...stateViolations(order, key, checks.at(-1), ops));
  }
  if (moment === 'after') wrong.push(...openViolations(order));
  for (const op of order.ops.filter(({ kind, state }) => kind === 'check' && state === 'done'))
    if (!keys.has(keyOf(op))) wrong.push(`the check ${keyOf(op)} is not there`);
  return wrong;
}

/** One, and one more for each time it may have been opened after it, or another run, had completed it. */
function mostOf(order, ops) {
  const completing = ops.filter(({ conclusion }) => conclusion !== null);
  const opening = ops.filter(({ conclusion }) => conclusion === null);
  const reopening = opening.filter(
    (op) => completing.some(({ start }) => start < op.start) || isCrossed(order, op),
  );
  return 1 + reopening.length;
}

/** The last run has closed what was open on the newest head; an old head has open what a killed run left there. */
function openViolations({ repository, heads, ops }) {
  const finished = new Set(
    ops
      .filter(({ kind, state, conclusion }) => kind === 'check' && state === 'done' && conclusion !== null)
      .map(keyOf),
  );
  return repository.checks
    .filter(({ status }) => status !== 'completed')
    .filter((check) => check.headSha === heads.at(-1) || finished.has(keyOf(check)))
    .map((check) => `${keyOf(check)} is left open`);
}

const keyOf = ({ headSha, name, externalId }) => `${name} of run ${externalId} on ${headSha.slice(0, 7)}`;

/** The last job that had to do with a check decides; when it did not come to its end, anything may be. */
function stateViolations(order, key, check, ops) {
  const last = ops.reduce((latest, op) => (op.start >= latest.start ? op : latest), ops[0]);
  if (last.state !== 'done') return [];
  const allowed = statesAfter(order, last);
  const wrong = allowed.includes(check.conclusion)
    ? []
    : [`${key} is ${check.conclusion ?? check.status}, not ${allowed.join(' or ')}`];
  return [...wrong, ...annotationViolations(key, check, last)];
}

function statesAfter(order, op) {
  const cancelled = isCrossed(order, op) ? ['cancelled'] : [];
  if (op.conclusion === null) return [null, ...cancelled];
  if (op.conclusion === 'cancelled') return ['cancelled'];
  if (op.headSha === order.heads.at(-1)) return [op.conclusion, ...cancelled];
  if (op.end <= order.movedSeq) return [op.conclusion, ...cancelled];
  const looked = order.ops.find(({ kind, job }) => kind === 'comment' && job === op.job);
  return looked.start >= order.movedSeq ? ['cancelled'] : [op.conclusion, 'cancelled'];
}

/** Whether another run opened its check meanwhile (or, for one that stays open, later): that cancels what is open. */
function isCrossed({ ops }, { headSha, name, externalId, conclusion, start, end }) {
  return ops.some(
    (other) =>
      other.kind === 'check' &&
      other.conclusion === null &&
      other.externalId !== externalId &&
      other.headSha === headSha &&
      other.name === name &&
      other.end > start &&
      (conclusion === null || other.start < end),
  );
}

/** Each annotation once and in order; all of them when the check judges. */
function annotationViolations(key, check, { annotations = [] }) {
  const lines = check.annotations.map(({ start_line }) => start_line);
  if (lines.some((line, i) => line !== i + 1)) return [`annotations of ${key} are ${lines.join(' ')}`];
  const judged = check.conclusion !== 'cancelled' && check.status === 'completed';
  return judged && lines.length !== annotations.length
    ? [`${key} has ${lines.length} annotations of ${annotations.length}`]
    : [];
}
