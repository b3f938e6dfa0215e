import { bodyOf, commentKey } from './pull-jobs.mjs';

/**
 * One comment of ours with the key, by a job of the newest head that no later one came after; others are as they were.
 */
export function commentViolations(order, moment) {
  const { repository, number, marker, untouched } = order;
  const wrong = untouched
    .filter((copy) => repository.comments.find(({ id }) => id === copy.id)?.body !== copy.body)
    .map(({ body }) => `a comment that is not ours to write was changed: ${JSON.stringify(body)}`);
  const own = repository.comments.filter(
    ({ issue, user, body }) =>
      issue === number && user.login === 'github-actions[bot]' && body.startsWith(`${marker}\n`),
  );
  const ops = order.ops.filter(({ kind, key }) => kind === 'comment' && key === commentKey);
  const written = ops.filter(({ state, result }) => state === 'done' && result.result !== 'skipped');
  if (own.length > 1 && mustBeOne(order, ops, written, moment))
    wrong.push(`there are ${own.length} comments: ${own.map(({ body }) => said(body)).join('; ')}`);
  if (own.length === 0 && (written.length > 0 || order.priorComments > 0)) wrong.push('there is no comment');
  if (own.length === 1) wrong.push(...bodyViolations(order, ops, written, own[0], moment));
  return wrong;
}

const said = (body) => body.split('\n')[1];

/**
 * Whoever creates a comment looks again afterwards, so two are left only by one who could not (killed, or given up),
 * until the next comes.
 */
function mustBeOne({ site, priorComments }, ops, written, moment) {
  if (moment === 'after') return true;
  const orphaned = new Set(ops.filter(({ state }) => state !== 'done'));
  const posts = site.requests.filter(
    ({ op, operation }) => operation === 'issues/create-comment' && orphaned.has(op),
  );
  const last = Math.max(priorComments > 1 ? 0 : -1, ...posts.map(({ seq }) => seq));
  return last < 0 || written.some(({ start }) => start >= last);
}

function bodyViolations({ heads, last }, ops, written, comment, moment) {
  if (moment === 'after')
    return said(comment.body) === bodyOf(last, 1)
      ? []
      : [`the comment says ${said(comment.body)}, not the last run`];
  const author = ops.find((op) => op.said === said(comment.body));
  const newest = written.filter(({ headSha }) => headSha === heads.at(-1));
  if (author === undefined) return written.length === 0 ? [] : [`nobody said ${said(comment.body)}`];
  if (author.headSha !== heads.at(-1))
    return newest.length === 0 ? [] : [`the comment is of an old head (${said(comment.body)})`];
  const later = newest.find(({ start }) => start >= author.end);
  return later ? [`the comment says ${author.said}, but ${later.said} came after it`] : [];
}
