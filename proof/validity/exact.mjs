/**
 * Both errors of shares of rows without any draw: the verdict of every outcome that is not negligible, weighed by its
 * chance. The verdict is the gate's own, guards included.
 */

/** Natural logarithms of 0! … n!. */
function logFactorials(n) {
  const sums = new Float64Array(n + 1);
  for (let i = 2; i <= n; i++) sums[i] = sums[i - 1] + Math.log(i);
  return sums;
}

/** Counts within six standard deviations of their mean. */
function likely(n, p) {
  const reach = 6 * Math.sqrt(n * p * (1 - p)) + 8;
  return [Math.max(0, Math.floor(n * p - reach)), Math.min(n, Math.ceil(n * p + reach))];
}

/**
 * First count from which on something holds that once true stays so; asked for again it is never lower than before, so
 * that all answers together take one walk.
 */
function walk(low, holds) {
  let at = low;
  return (b, most) => {
    while (at <= most && !holds(b, at)) at += 1;
    return at;
  };
}

function caseOf(gate, text, compared) {
  const rule = gate.parseRule(text);
  const side = { metrics: [], table: null, rows: null, evaluator: null, model: null };
  const identity = { id: rule.metric };
  const subject = { name: rule.metric, identity, direction: 'higher', slice: null };
  return { rule, subject, candidate: side, baseline: compared ? side : null };
}

function factsOf(share) {
  const differing = share.lost + share.won;
  return {
    ...{ n: share.n, groups: null, effective: share.n, plain: true, identical: false, note: null, seed: '' },
    ...{ differing, rarer: null, distinctScores: 0, share, areas: null },
  };
}

/** The verdict on counts: `right` of `n` rows by the candidate, and who alone is right where. */
function verdictOf(gate, asked, share, alpha) {
  const estimate = asked.baseline ? (share.won - share.lost) / share.n : share.right / share.n;
  const values = { candidate: share.right / share.n, baseline: asked.baseline ? 0.5 : null };
  return gate.boundsOf(asked, estimate, values, null, factsOf(share), gate.policyOf([], { alpha }));
}

/**
 * A margin on accuracy, met exactly: of `n` rows each is lost with chance (discordance + margin) / 2 and won with
 * (discordance − margin) / 2. Shares of wrong passes, wrong fails, and intervals that hold the truth.
 */
export function exactMargin(gate, { n, discordance, margin, alpha = 0.05 }) {
  const asked = caseOf(gate, `accuracy:max-drop=${margin}`, true);
  const [lost, won] = [(discordance + margin) / 2, (discordance - margin) / 2];
  const chance = trinomial(n, lost, won);
  const found = (b, c) => verdictOf(gate, asked, { n, right: n - b, lost: b, won: c }, alpha);
  const [fromLost, toLost] = likely(n, lost);
  const [fromWon, toWon] = likely(n, won);
  // The more rows are won, the higher both ends; the more are lost, the lower.
  const reached = walk(fromWon, (b, c) => found(b, c).interval[1] >= -margin);
  const passed = walk(fromWon, (b, c) => found(b, c).interval[0] >= -margin);
  const sums = { pass: 0, fail: 0, held: 0, all: 0 };
  for (let b = fromLost; b <= toLost; b++) {
    const most = Math.min(toWon, n - b);
    const ends = { from: fromWon, inside: reached(b, most), above: passed(b, most), most };
    const { fails, passes } = regions(ends, (c) => found(b, c).verdict);
    const sum = (from, to) => {
      let total = 0;
      for (let c = from; c < to; c++) total += chance(b, c);
      return total;
    };
    sums.all += sum(fromWon, most + 1);
    sums.held += sum(ends.inside, Math.min(ends.above, most + 1));
    sums.fail += sum(...fails);
    sums.pass += sum(passes, most + 1);
  }
  return { pass: sums.pass / sums.all, fail: sums.fail / sums.all, held: sums.held / sums.all };
}

/**
 * Counts won that fail, from and up to, and from which on they pass. Below `inside` the interval lies under the margin
 * and from `above` on over it; what is asked there is the verdict itself, which guards forbid for few rows, and it may
 * be wrong on the other side of these counts too.
 */
function regions({ from, inside, above, most }, verdict) {
  let end = Math.min(inside, most + 1);
  while (end <= most && verdict(end) === 'fail') end += 1;
  let start = from;
  while (start < end && verdict(start) !== 'fail') start += 1;
  let passes = Math.min(above, most + 1);
  while (passes > from && verdict(passes - 1) === 'pass') passes -= 1;
  if (passes <= most && verdict(passes) !== 'pass') passes = most + 1;
  return { fails: [start, end], passes };
}

/** Chance of b rows lost and c won of n. */
function trinomial(n, lost, won) {
  const logs = logFactorials(n);
  const term = (count, p) => (count === 0 ? 0 : count * Math.log(p));
  return (b, c) => {
    const rest = n - b - c;
    const ways = logs[n] - logs[b] - logs[c] - logs[rest];
    return Math.exp(ways + term(b, lost) + term(c, won) + term(rest, 1 - lost - won));
  };
}

/** A bar on accuracy at the true share `p`. */
export function exactBar(gate, { n, p, alpha = 0.05 }) {
  const asked = caseOf(gate, `accuracy:min=${p}`, false);
  const logs = logFactorials(n);
  const [from, to] = likely(n, p);
  const sums = { pass: 0, fail: 0, held: 0, all: 0 };
  for (let x = from; x <= to; x++) {
    const weight = Math.exp(logs[n] - logs[x] - logs[n - x] + x * Math.log(p) + (n - x) * Math.log(1 - p));
    const { verdict, interval } = verdictOf(gate, asked, { n, right: x, lost: 0, won: 0 }, alpha);
    sums.all += weight;
    if (verdict in sums) sums[verdict] += weight;
    if (interval[0] <= p && p <= interval[1]) sums.held += weight;
  }
  return { pass: sums.pass / sums.all, fail: sums.fail / sums.all, held: sums.held / sums.all };
}
