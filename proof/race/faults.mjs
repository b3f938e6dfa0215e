/** What can happen to a request, with how often among faults; `fits` narrows a kind to some requests. */
const kinds = [
  [3, { name: '500 before', plan: { fault: 'status', status: 500 } }],
  [3, { name: '502 before', plan: { fault: 'status', status: 502 } }],
  [4, { name: '500 after the write', plan: { fault: 'status', status: 500, afterWrite: true } }],
  [4, { name: '502 after the write', plan: { fault: 'status', status: 502, afterWrite: true } }],
  [5, { name: 'answer lost', plan: { fault: 'lost-answer' } }],
  [4, { name: 'answer cut', plan: { fault: 'cut-off' } }],
  [3, { name: 'connection refused', plan: { fault: 'no-connection' } }],
  [2, { name: 'timed out, was done', timeout: true }],
  [2, { name: 'timed out, was not done', plan: { fault: 'no-connection' }, timeout: true }],
  [3, { name: 'secondary limit', plan: { fault: 'secondary-limit' } }],
  [
    12,
    { name: 'secondary limit on content', plan: { fault: 'secondary-limit' }, fits: ({ writes }) => writes },
  ],
  [1, { name: 'primary limit', plan: { fault: 'primary-limit' } }],
  [2, { name: 'internal error in GraphQL', internal: true, fits: ({ graphql }) => graphql !== null }],
  [30, { name: 'ledger moved by another', moved: true, fits: ({ appends }) => appends }],
  [60, { name: 'old tip read', stale: true, fits: ({ named, fresh }) => fresh && named === 'LedgerTip' }],
  [2, { name: 'job killed before', kill: 'before' }],
  [2, { name: 'job killed after', kill: 'after' }],
  [2, { name: 'job cancelled, was done', cancel: true }],
  [2, { name: 'job cancelled, was not done', cancel: true, plan: { fault: 'no-connection' } }],
];

/**
 * Draws what goes wrong: `share` of the requests fail, and in an outage all of them. Nothing strikes a request of a job
 * that is spared.
 */
export function makeFaults(random, share, { repository, branch }) {
  const counts = new Map();
  const outages = share === 0 || random.chance(0.8) ? [] : [random.between(0, 60_000)];
  const planned = ({ plan, name, moved }) => {
    if (moved) return { fault: 'ref-moved', repository, ref: branch };
    if (name.startsWith('secondary')) return { ...plan, retryAfter: random.pick([1, 5, 60, null]) };
    if (name === 'primary limit') return { ...plan, resetInSeconds: random.between(5, 600) };
    return plan ?? null;
  };
  return {
    counts,
    draw(job, asked, elapsedMs) {
      if (job.spared) return null;
      const isOut = outages.some((begin) => elapsedMs >= begin && elapsedMs < begin + 5000);
      if (!isOut && !random.chance(share)) return null;
      const kind = isOut
        ? kinds[1][1]
        : random.weighted(kinds.filter(([, { fits }]) => fits?.(asked) ?? true));
      return { ...kind, plan: planned(kind) };
    },
    count: ({ name }) => void counts.set(name, (counts.get(name) ?? 0) + 1),
  };
}

/** What a request asks for, as far as faults care. */
export function askedBy(url, method, body) {
  const text = url.endsWith('/graphql') ? (JSON.parse(body)?.query ?? '') : null;
  const graphql = text === null ? null : /^\s*mutation/.test(text) ? 'mutation' : 'query';
  const named = /^\s*\w+\s+(\w+)/.exec(text ?? '')?.[1] ?? null;
  const writes = graphql === null ? method !== 'GET' : graphql === 'mutation';
  return { graphql, named, writes, appends: named === 'CommitFiles' };
}

/** GitHub's words for a query that failed inside; the status is 200. */
export const internalError = Buffer.from(
  JSON.stringify({ data: null, errors: [{ message: 'Something went wrong while executing your query.' }] }),
);
