/**
 * How often verdicts without rows are wrong: cross-validation, seeds, standard errors, earlier runs.
 *
 * `npm run proof -- without-rows [--quick] [--draws=2000] [--seed=1] [--build=DIR]`
 *
 * Each draw makes what two pipelines would write whose true difference is the margin, and asks the gate itself: `pass`
 * and `fail` are both wrong there, and each may be α. Rows marked * lie outside of what the method assumes and prove
 * nothing; the others end the proof with 1 when a rate is above 1.5 α by more than chance explains.
 */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile } from '../scripts/build.mjs';
import { makeRandom } from './lib/random.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const option = (name, otherwise) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const build = option('build', join(root, 'build'));
if (build === join(root, 'build')) compile();
const load = (path) => import(pathToFileURL(join(build, path)).href);
const { judgeRules } = await load('core/gate/judge.js');
const { parseRuleText } = await load('core/gate/rule.js');
const { parseMetricName } = await load('core/metrics/names.js');

const ALPHA = 0.05;
const draws = Number(option('draws', process.argv.includes('--quick') ? '300' : '2000'));

const { fraction: random } = makeRandom(Number(option('seed', '1')));
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const { name, identity } = parseMetricName('accuracy');
const metric = (value, uncertainty) => ({
  ...{
    name,
    identity,
    slice: null,
    class: null,
    value,
    state: 'ok',
    direction: 'higher',
    n: null,
    source: 'file',
  },
  ...(uncertainty && { uncertainty }),
});
const side = (value, uncertainty) => ({
  ...{
    metrics: [metric(value, uncertainty)],
    table: null,
    rows: null,
    evaluator: null,
    model: null,
    hardware: null,
  },
});
const named = (values) => values.map((value, i) => ({ name: String(i), value }));
const splits = (values, ratio) =>
  side(mean(values), { kind: 'splits', values: named(values), test_train_ratio: ratio });
const seeds = (values) => side(mean(values), { kind: 'seeds', values: named(values) });
const withError = (value, stderr) => side(value, { kind: 'stderr', stderr });

function verdictOf({ candidate, baseline, margin = 0, earlier = [] }) {
  const policy = {
    ...{ rules: [parseRuleText(`accuracy:max-drop=${margin}`)], alpha: ALPHA, onInconclusive: 'warn' },
    ...{ onRowsChanged: 'error', dryRun: false, baseline: 'auto', metrics: {} },
    predictions: { task: null, columns: {}, positiveLabel: null, slices: [], minSliceRows: 30 },
  };
  const baselines = new Map([['auto', { side: baseline }]]);
  return judgeRules({ policy, candidate, baselines, earlier })[0].verdict;
}

/** Rows of two classes; either model sees other ones of the features, so that neither is better. */
function dataSet(n, features) {
  const y = times(n, () => Number(random() < 0.5));
  return { y, x: y.map((label) => times(2 * features, () => normal() + label * 0.5)) };
}

/** Accuracy on the test rows of the nearest of the two class means of the training rows, by some of the features. */
function accuracy({ x, y }, isTest, columns) {
  const centres = [0, 1].map((label) =>
    columns.map((column) =>
      mean(x.filter((_, row) => !isTest[row] && y[row] === label).map((row) => row[column])),
    ),
  );
  const right = [];
  for (const [row, values] of x.entries()) {
    if (!isTest[row]) continue;
    const [far, near] = centres.map((centre) =>
      columns.reduce((sum, column, i) => sum + (values[column] - centre[i]) ** 2, 0),
    );
    right.push(Number(Number(near < far) === y[row]));
  }
  return mean(right);
}

function shuffled(n) {
  const order = times(n, (i) => i);
  for (let i = n - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Accuracies of both models on k folds, or on `repeats` random splits that test a k-th of the rows. */
function validated(n, k, repeats) {
  const features = 5;
  const data = dataSet(n, features);
  const models = [times(features, (i) => i), times(features, (i) => features + i)];
  const once = shuffled(n);
  const tests = times(repeats ?? k, (fold) => {
    const order = repeats === null ? once : shuffled(n);
    const chosen = repeats === null ? fold : 0;
    const isTest = new Array(n);
    for (const [place, row] of order.entries()) isTest[row] = place % k === chosen;
    return isTest;
  });
  return models.map((columns) => tests.map((isTest) => accuracy(data, isTest, columns)));
}

function crossValidation(n, k, repeats, make) {
  return () => {
    const [ours, theirs] = validated(n, k, repeats);
    return { candidate: make(ours, 1 / (k - 1)), baseline: make(theirs, 1 / (k - 1)) };
  };
}

/** Training noise of k seeds, a part of it shared by the sides since a seed also splits and shuffles. */
const seeded = (k, noise) => () => {
  const both = times(k, () => ({ shared: noise(), ours: noise(), theirs: noise() }));
  return {
    candidate: seeds(both.map(({ shared, ours }) => 0.9 + 0.01 * (shared + ours))),
    baseline: seeds(both.map(({ shared, theirs }) => 0.9 + 0.01 * (shared + theirs))),
  };
};

/** Shares of right answers of two models, of which a part of the rows is answered alike. */
const scored = (n, alike) => () => {
  const answer = () => Number(random() < 0.7);
  const rows = times(n, () => (random() < alike ? new Array(2).fill(answer()) : [answer(), answer()]));
  const [candidate, baseline] = [0, 1].map((model) => {
    const value = mean(rows.map((row) => row[model]));
    return withError(value, Math.sqrt((value * (1 - value)) / (n - 1)));
  });
  return { candidate, baseline };
};

/** A run 0.01 below where the next would be, with a margin of 0.01; `trend`: what each is better than the one before it. */
const recorded =
  (n, noise, trend = 0) =>
  () => {
    const values = times(n + 1, (i) => 0.9 + 0.01 * noise() + 0.01 * trend * (i - n));
    const value = values[n] - 0.01;
    const earlier = values
      .slice(0, n)
      .reverse()
      .map((past) => ({ metrics: [metric(past)], rows: null, evaluator: null, hardware: null }));
    return { candidate: side(value), baseline: side(values[n - 1]), margin: 0.01, earlier };
  };

const logNormal = () => Math.exp(normal()) - Math.exp(0.5);
const heavy = () => normal() / Math.sqrt(mean(times(3, () => normal() ** 2)));
const asSeeds = (values) => seeds(values);
const cases = [
  ['corrected-t', '10 folds of 200 rows', crossValidation(200, 10, null, splits), true],
  ['corrected-t', '5 folds of 500 rows', crossValidation(500, 5, null, splits), true],
  ['corrected-t', '30 random splits of 200 rows, a quarter tests', crossValidation(200, 4, 30, splits), true],
  ['paired t on folds', '10 folds of 200 rows', crossValidation(200, 10, null, asSeeds), false],
  [
    'paired t on folds',
    '30 random splits of 200 rows, a quarter tests',
    crossValidation(200, 4, 30, asSeeds),
    false,
  ],
  ['paired-t', '3 seeds, normal', seeded(3, normal), true],
  ['paired-t', '5 seeds, log-normal', seeded(5, logNormal), true],
  ['z', '1,000 rows each, independent', scored(1000, 0), true],
  ['z', 'the same 1,000 rows, two thirds alike', scored(1000, 2 / 3), true],
  ['prediction-interval', '8 runs, normal', recorded(8, normal), true],
  ['prediction-interval', '30 runs, normal', recorded(30, normal), true],
  ['prediction-interval', '8 runs, t with 3 degrees of freedom', recorded(8, heavy), true],
  ['prediction-interval', '8 runs, each 0.2 deviations better', recorded(8, normal, 0.2), true],
  ['prediction-interval', '30 runs, each 0.05 deviations better', recorded(30, normal, 0.05), true],
  ['prediction-interval', '30 runs, each 0.2 deviations worse', recorded(30, normal, -0.2), true],
];

const print = (line) => process.stdout.write(`${line}\n`);
const percent = (count) => ((100 * count) / draws).toFixed(1);
const most = draws * 1.5 * ALPHA + 3 * Math.sqrt(draws * 1.5 * ALPHA);
let broken = 0;
print(`α = ${ALPHA}, ${draws} draws, the true change is the margin`);
print('| method | what is written | wrong pass % | wrong fail % |');
print('| --- | --- | --- | --- |');
for (const [method, what, make, proves] of cases) {
  const verdicts = times(draws, () => verdictOf(make()));
  const [passed, failed] = ['pass', 'fail'].map(
    (word) => verdicts.filter((verdict) => verdict === word).length,
  );
  print(`| ${method}${proves ? '' : ' *'} | ${what} | ${percent(passed)} | ${percent(failed)} |`);
  if (proves && Math.max(passed, failed) > most) broken += 1;
}
if (broken > 0) print(`${broken} of them are wrong more often than 1.5 α.`);
process.exitCode = broken === 0 ? 0 : 1;
