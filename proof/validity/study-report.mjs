import { table } from '../lib/table.mjs';

const percent = (count, of) => (of > 0 ? ((100 * count) / of).toFixed(1) : '–');
const sum = (counts) => Object.values(counts ?? {}).reduce((total, count) => total + count, 0);
/** Shares of draws below which a power or a coverage is that of a choice among them. */
const MOSTLY = 0.9;
const isMost = (counts, draws) => sum(counts) >= MOSTLY * draws;

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const cellsOf = (jobs, results) =>
  jobs.flatMap((job, at) => results[at].map((tally) => ({ job, tally, many: isMany(job, tally) })));

/** Whether so many rows are expected that errors are promised to be near α. */
function isMany({ n }, { name, rarer, discordant, draws }) {
  return (
    n >= 200 &&
    (name === 'accuracy' ? Math.round(discordant / draws) >= 20 : Math.round(rarer / draws) >= 100)
  );
}

/** One line for each rule of each study. */
export function studyTable(jobs, results) {
  const head = [
    ...['rows', 'n', 'rule', 'method', 'draws', 'wrong pass %', 'wrong fail %', 'no verdict %', 'coverage %'],
    ...['equal at 0: fail %', 'at half: fail %', 'pass %', 'smallest effect', 'power to pass %', 'to fail %'],
  ];
  const lines = cellsOf(jobs, results).map(({ job, tally }) => {
    const { name, draws, atMargin, methods, equal, worse, effects } = tally;
    const stated = percent(equal.stated.pass, sum(equal.stated));
    return [
      ...[job.title, job.n, name, [...new Set(methods)].sort().join('/'), draws],
      ...[percent(atMargin.pass, draws), percent(atMargin.fail, draws)],
      percent(draws - tally.carried, draws),
      percent(tally.held, tally.had),
      ...[percent(equal.zero.fail, sum(equal.zero)), percent(equal.half.fail, sum(equal.half))],
      percent(equal.half.pass, sum(equal.half)),
      effects.length > 0 ? median(effects).toPrecision(2) : '–',
      ...[stated, isMost(worse, draws) ? percent(worse.fail, sum(worse)) : '–'],
    ];
  });
  return table(head, lines);
}

/** What others' rules say of the same draws. */
export function peerTable(jobs, results) {
  const head = [
    ...['rows', 'n', 'rule', 'judged by', 'at the margin: pass %', 'fail %', 'equal at 0: fail %'],
    'equal at the smallest effect: pass %',
  ];
  const lines = cellsOf(jobs, results).flatMap(({ job, tally }) => {
    const { name, draws, atMargin, equal, peers } = tally;
    if (Object.keys(peers).length === 0) return [];
    const ours = [
      ...['Trainyard', percent(atMargin.pass, draws), percent(atMargin.fail, draws)],
      percent(equal.zero.fail, sum(equal.zero)),
      percent(equal.stated.pass, sum(equal.stated)),
    ];
    const theirs = Object.entries(peers).map(([peer, counts]) => [
      peer,
      ...[counts.atMargin.pass, counts.atMargin.fail].map((count) => percent(count, sum(counts.atMargin))),
      percent(counts.zero.fail, sum(counts.zero)),
      percent(counts.stated.pass, sum(counts.stated)),
    ]);
    return [ours, ...theirs].map((line) => [job.title, job.n, name, ...line]);
  });
  return table(head, lines);
}

/** What is promised of each rule of each study, and of each rule where rows are many in all studies together. */
export function studyFigures(jobs, results, limits) {
  return [...eachFigures(jobs, results, limits), ...pooledFigures(jobs, results, limits.MANY)];
}

/** A rate a little off in every study is seen in their sum. Their draws have nothing to do with each other. */
function pooledFigures(jobs, results, { most, coverage: [low, high] }) {
  const cells = cellsOf(jobs, results).filter(
    ({ many, tally: { carried, draws } }) => many && carried >= MOSTLY * draws,
  );
  return [...new Set(cells.map(({ tally }) => tally.name))].flatMap((name) => {
    const tallies = cells.flatMap(({ tally }) => (tally.name === name ? [tally] : []));
    const total = (of) => tallies.reduce((all, tally) => all + of(tally), 0);
    const draws = total((tally) => tally.draws);
    const carried = total((tally) => tally.carried);
    const figure = (what, count, of, range) => ({
      ...{ what: `${what} of ${name} in all studies of many rows`, count, draws: of, share: count / of },
      ...range,
    });
    return [
      ...['pass', 'fail'].map((error) => {
        const count = total(({ atMargin }) => atMargin[error]);
        return figure(`wrong ${error}`, count, draws, { high: most });
      }),
      figure(
        'coverage',
        total(({ carriedHeld }) => carriedHeld),
        carried,
        { low, high },
      ),
    ];
  });
}

function eachFigures(jobs, results, { MOST, MANY }) {
  return cellsOf(jobs, results).flatMap(({ job, tally, many }) => {
    const { name, draws, atMargin, carried, carriedHeld, equal, worse } = tally;
    const figure = (what, count, of, range) => ({
      ...{ what: `${what} of ${name} (${job.title}, n = ${job.n})`, count, draws: of, share: count / of },
      ...range,
    });
    const high = many ? MANY.most : MOST;
    const [low, top] = MANY.coverage;
    const power = (what, counts, verdict, of) =>
      many && isMost(counts, of)
        ? [figure(what, counts[verdict], sum(counts), { low: 0.75, high: 0.9 })]
        : [];
    const errors = [
      figure('wrong pass', atMargin.pass, draws, { high }),
      figure('wrong fail', atMargin.fail, draws, { high }),
    ];
    if (carried < MOSTLY * draws) return errors;
    return [
      ...errors,
      ...(many ? [figure('coverage', carriedHeld, carried, { low, high: top })] : []),
      ...power('power to pass', equal.stated, 'pass', sum(equal.zero)),
      ...power('power to fail', worse, 'fail', draws),
    ];
  });
}
