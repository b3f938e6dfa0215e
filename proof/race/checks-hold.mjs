/** For each head, name and run one check, in the state its last report gave it; none is left open. */
export function checkViolations(order, moment) {
  const { repository, heads, traits } = order;
  const wrong = [];
  const groups = Map.groupBy
    ? Map.groupBy(repository.checks, keyOf)
    : repository.checks.reduce(
        (map, check) => map.set(keyOf(check), [...(map.get(keyOf(check)) ?? []), check]),
        new Map(),
      );
  for (const [key, checks] of groups) {
    if (checks.length > 1 && !traits.lags) wrong.push(`there are ${checks.length} checks ${key}`);
    const newest = checks.at(-1);
    const ops = order.ops.filter((op) => op.kind === 'check' && keyOf(op) === key);
    wrong.push(...stateViolations(order, key, newest, ops));
  }
  const open = repository.checks.filter(
    ({ status, headSha }) => status !== 'completed' && heads.includes(headSha),
  );
  if (moment === 'after' && open.length > 0) wrong.push(`${open.length} checks are left open`);
  for (const op of order.ops.filter(({ kind, state }) => kind === 'check' && state === 'done'))
    if (!groups.has(keyOf(op))) wrong.push(`the check ${keyOf(op)} is not there`);
  return wrong;
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
  const crossing = order.ops.some(
    (other) =>
      other.kind === 'cancel' &&
      other.headSha === op.headSha &&
      other.name === op.name &&
      (op.conclusion === null ? other.end > op.start : other.start < op.end && other.end > op.start),
  );
  const cancelled = crossing ? ['cancelled'] : [];
  if (op.conclusion === null) return [null, ...cancelled];
  if (op.headSha === order.heads.at(-1)) return [op.conclusion, ...cancelled];
  if (op.end <= order.movedSeq) return [op.conclusion, ...cancelled];
  const looked = order.ops.find(({ kind, job }) => kind === 'comment' && job === op.job);
  return looked.start >= order.movedSeq ? ['cancelled'] : [op.conclusion, 'cancelled'];
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
