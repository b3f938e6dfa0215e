/** What one order was and took, as numbers that add up. */
export function tallyOrder({ seed, violations, order, faults }) {
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
      'jobs cancelled': inState('cancelled'),
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

/** The same of one history. */
export function tallyHistory({ seed, violations, history, faults }) {
  const { all, site, merged, hostile, saved, needed, judged, trainings, computed, most } = history;
  const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
  return {
    seed,
    violations,
    counts: {
      histories: 1,
      jobs: all.length,
      requests: site.requests.length,
      ...Object.fromEntries(Object.entries(merged).map(([how, count]) => [`merged by ${how}`, count])),
      'pushes that a run stood for': saved,
      'pushes that had to be trained': needed,
      'trainings of proposals, queue and pushes': trainings,
      'proposals judged': judged,
      'baselines computed': computed.length,
      'hostile records': sum(hostile),
      'faults injected': sum(Object.fromEntries(faults)),
    },
    faults: hostile,
    most,
    quiet: {},
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
