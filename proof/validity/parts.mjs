import { table } from '../lib/table.mjs';
import { exactBars, exactMargins, families, studies } from './plan.mjs';
import { peerTable, studyFigures, studyTable } from './study-report.mjs';

const ALPHA = 0.05;
/** No error anywhere above 1.5 α; where rows are many above α + 1 point, with coverage of 90 ± 1.5 %. */
const MOST = 1.5 * ALPHA;
const MANY = { most: ALPHA + 0.01, coverage: [0.885, 0.915] };

const percent = (share) => (100 * share).toFixed(1);

/** Jobs with draws multiplied, and those alone that are asked for. */
function scaled(jobs, { draws, only }) {
  return jobs
    .filter(
      (job) =>
        !only || `${job.title ?? ''} ${(job.rules ?? []).join(' ')} ${job.method ?? ''}`.includes(only),
    )
    .map((job) => (job.draws ? { ...job, draws: Math.max(1, Math.round(job.draws * draws)) } : job));
}

const shares = {
  jobs: ({ quick }) => [...exactMargins(quick), ...exactBars(quick)],
  tables(jobs, results) {
    const head = ['wrong pass, at most %', 'wrong fail, at most %', 'coverage %'];
    return [
      'Accuracy at its margin, by Tango’s interval: all outcomes, each by its chance; the worst of all margins.',
      table(
        ['discordant rows %', 'n', ...head],
        worstOf(jobs, results, ({ kind, discordance, n }) => kind === 'margin' && [100 * discordance, n]),
      ),
      'Accuracy at a bar, by Wilson’s interval.',
      table(
        ['bar', 'n', ...head],
        worstOf(jobs, results, ({ kind, p, n }) => kind === 'bar' && [p, n]),
      ),
    ];
  },
  figures: (jobs, results) => jobs.flatMap((job, at) => shareFigures(job, results[at])),
};

/** One line for all jobs of one key: the largest errors, and coverage from the least to the most. */
function worstOf(jobs, results, keyOf) {
  const lines = new Map();
  jobs.forEach((job, at) => {
    const key = keyOf(job);
    if (key) lines.set(key.join(), [...(lines.get(key.join()) ?? [key]), results[at]]);
  });
  return [...lines.values()].map(([key, ...found]) => {
    const held = found.map((one) => one.held);
    const coverage = [Math.min(...held), Math.max(...held)].map(percent);
    return [
      ...key,
      ...['pass', 'fail'].map((error) => percent(Math.max(...found.map((one) => one[error])))),
      coverage[0] === coverage[1] ? coverage[0] : coverage.join(' to '),
    ];
  });
}

function shareFigures(job, { pass, fail, held }) {
  const { n, discordance, p } = job;
  const many = n >= 200 && (p ? n * Math.min(p, 1 - p) >= 100 : n * discordance >= 20);
  const what = p
    ? `accuracy at a bar of ${p}, n = ${n}`
    : `accuracy at a margin of ${job.part} of ${100 * discordance} % discordant rows, n = ${n}`;
  const high = many ? MANY.most : MOST;
  return [
    { what: `wrong pass of ${what}`, share: pass, high },
    { what: `wrong fail of ${what}`, share: fail, high },
    ...(many
      ? [{ what: `coverage of ${what}`, share: held, low: MANY.coverage[0], high: MANY.coverage[1] }]
      : []),
  ];
}

const rows = {
  jobs: (settings) => scaled(studies(settings.quick), settings),
  tables: (jobs, results) => [studyTable(jobs, results), peerTable(jobs, results)],
  figures: (jobs, results) => studyFigures(jobs, results, { MOST, MANY }),
};

const several = {
  jobs: (settings) => scaled(families(settings.quick), settings),
  tables(jobs, results) {
    const of = (kind) => jobs.flatMap((job, at) => (job.kind === kind ? [[job, results[at]]] : []));
    return [
      'Several rules at once, all at their margins: how often any fails.',
      table(
        ['rules', 'n', 'draws', 'any fails %', 'before Holm %'],
        of('rules').map(([{ rules: names, n }, { draws, fail, rawFail }]) => [
          ...[names.length, n, draws],
          ...[fail, rawFail].map((count) => percent(count / draws)),
        ]),
      ),
      'Twenty slices: how often none is worse than the worst bound, and none than its own.',
      table(
        [
          'rule',
          'rows a slice',
          'draws',
          'worst bound holds %',
          'all bounds hold %',
          'marked although at the margin %',
        ],
        of('slices').flatMap(([{ n }, tallies]) =>
          tallies.map(({ name, draws, held, heldEach, marked }) => [
            ...[name, n, draws],
            ...[held, heldEach, marked].map((count) => percent(count / draws)),
          ]),
        ),
      ),
    ];
  },
  figures: (jobs, results) =>
    jobs.flatMap((job, at) => {
      if (job.kind === 'slices') {
        return results[at].map(({ name, draws, held }) => ({
          what: `confidence of the worst bound of ${job.slices} slices by ${name}`,
          ...{ count: held, draws, share: held / draws, low: 1 - MOST },
        }));
      }
      const { draws, fail } = results[at];
      const what = `any wrong fail of ${job.rules.length} rules`;
      return [{ what, count: fail, draws, share: fail / draws, high: MOST }];
    }),
};

export const PARTS = { shares, rows, several };
