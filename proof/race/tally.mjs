/** What one order was and took, as numbers that add up. */
export function tally({ seed, violations, order, faults }) {
  const { all, ops, site } = order;
  const most = {};
  for (const { requests, spec } of all) most[spec.kind] = Math.max(most[spec.kind] ?? 0, requests);
  const quiet = {};
  for (const { kind, requests } of order.undisturbed) quiet[kind] = Math.max(quiet[kind] ?? 0, requests);
  const inState = (state) => all.filter((job) => job.state === state).length;
  return {
    seed,
    violations,
    counts: {
      orders: 1,
      jobs: all.length,
      'jobs killed': inState('killed'),
      'jobs that gave up': inState('gave up'),
      're-runs': all.filter(({ attempt }) => attempt > 1).length,
      requests: site.requests.length,
      conflicts: ops.filter(({ kind, requests }) => kind === 'append' && requests > 3).length,
      'works held to their budget': order.undisturbed.length,
    },
    faults: Object.fromEntries(faults),
    most,
    quiet,
  };
}

/** Adds up tallies: counts and faults as sums, requests as the most of any. */
export function total(tallies) {
  const added = (field, how) => {
    const sum = {};
    for (const one of tallies)
      for (const [name, value] of Object.entries(one[field])) sum[name] = how(sum[name] ?? 0, value);
    return sum;
  };
  const plus = (a, b) => a + b;
  return {
    counts: added('counts', plus),
    faults: added('faults', plus),
    most: added('most', Math.max),
    quiet: added('quiet', Math.max),
    bad: tallies.filter(({ violations }) => violations.length > 0).sort((a, b) => a.seed - b.seed),
  };
}
