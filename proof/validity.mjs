/**
 * How often the gate is wrong: both errors at the margin, false alarms on equal models, coverage and power.
 *
 * `npm run proof -- validity [--quick] [--draws=400] [--n=50,200] [--prevalence=0.05,0.5] [--seed=1]
 *  [--shared=0.7] [--worse=0.25] [--alpha=0.05] [--regression=0] [--build=DIR]`
 *
 * Each draw takes n rows, with replacement, from a population of 200,000 simulated rows whose true difference is
 * known, and asks the gate itself. Prints one table per population; ends with 1 when an error rate is above 1.5 α
 * by more than chance explains.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile } from '../scripts/build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const option = (name, otherwise) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const print = (line) => process.stdout.write(`${line}\n`);
const numbers = (text) => text.split(',').filter(Boolean).map(Number);
const quick = process.argv.includes('--quick');
const build = option('build', join(root, 'build'));
if (build === join(root, 'build') && isStale()) compile();

/** Whether build/ is missing or older than the sources. */
function isStale() {
  const built = join(build, 'core/gate/judge.js');
  if (!existsSync(built)) return true;
  const sources = readdirSync(join(root, 'src/core'), { recursive: true }).map((file) =>
    join(root, 'src/core', file),
  );
  return sources.some((file) => statSync(file).mtimeMs > statSync(built).mtimeMs);
}

const load = (path) => import(pathToFileURL(join(build, path)).href);
const { judgeRules } = await load('core/gate/judge.js');
const { parseRuleText } = await load('core/gate/rule.js');
const { prepareMetric } = await load('core/metrics/prepare.js');
const { parseMetricName } = await load('core/metrics/names.js');

const ALPHA = Number(option('alpha', '0.05'));
const POPULATION = 200_000;
const BINARY = ['accuracy', 'f1', 'recall', 'roc_auc', 'log_loss'];

/** mulberry32: the proof's own randomness, apart from the gate's. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = generator(Number(option('seed', '1')));
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const empty = {
  pseudonymous: true,
  classes: null,
  labelCodes: null,
  predictionCodes: null,
  labelValues: null,
  predictionValues: null,
  score: null,
  classScores: null,
  weight: null,
  group: null,
  slices: {},
};

/**
 * Two classes: x ~ N(±d/2, 1) and the score is the chance of the positive class given x, so that it is calibrated.
 * The models share a part of their noise; the candidate has `worse` more of it (0: an equal model).
 */
function binaryPopulation({ prevalence, worse, shared, separation = 2.2 }) {
  const labels = new Uint32Array(POPULATION);
  const sides = [new Float64Array(POPULATION), new Float64Array(POPULATION)];
  const odds = Math.log(prevalence / (1 - prevalence));
  for (let row = 0; row < POPULATION; row++) {
    const y = random() < prevalence ? 1 : 0;
    labels[row] = y;
    const common = normal() * Math.sqrt(shared);
    for (let side = 0; side < 2; side++) {
      const noise = common + normal() * Math.sqrt(1 - shared + (side === 0 ? worse : 0));
      sides[side][row] = 1 / (1 + Math.exp(-separation * ((y - 0.5) * separation + noise) - odds));
    }
  }
  const table = (score) => ({
    ...empty,
    task: 'binary',
    classes: ['0', '1'],
    labelCodes: labels,
    predictionCodes: Uint32Array.from(score, (p) => (p >= 0.5 ? 1 : 0)),
    score,
  });
  return { metrics: BINARY, candidate: table(sides[0]), baseline: table(sides[1]) };
}

/** Errors of a regression: normal, or log-normal (skewed, heavy) with `heavy`. */
function regressionPopulation({ worse, shared, heavy }) {
  const labels = new Float64Array(POPULATION);
  const sides = [new Float64Array(POPULATION), new Float64Array(POPULATION)];
  for (let row = 0; row < POPULATION; row++) {
    const common = normal() * Math.sqrt(shared);
    for (let side = 0; side < 2; side++) {
      const error = (common + normal() * Math.sqrt(1 - shared)) * (side === 0 ? 1 + worse : 1);
      sides[side][row] = heavy ? Math.exp(error) : error;
    }
  }
  const table = (values) => ({ ...empty, task: 'regression', labelValues: labels, predictionValues: values });
  return { metrics: ['mean_absolute_error'], candidate: table(sides[0]), baseline: table(sides[1]) };
}

const columns = ['labelCodes', 'predictionCodes', 'labelValues', 'predictionValues', 'score'];

function sample({ candidate, baseline }, n) {
  const rows = Uint32Array.from({ length: n }, () => Math.floor(random() * POPULATION));
  const ids = Array.from(rows, (row, at) => `${at}-${row}`);
  const picked = (table) => {
    const some = Object.fromEntries(
      columns.map((name) => [name, table[name]?.constructor.from(rows, (row) => table[name][row])]),
    );
    return { metrics: [], table: { ...table, n, ids, ...some }, rows: null, evaluator: null, model: null };
  };
  return { candidate: picked(candidate), baseline: picked(baseline) };
}

function truth({ metrics, candidate, baseline }) {
  const weights = new Float64Array(POPULATION).fill(1);
  const value = (name, table) =>
    prepareMetric(parseMetricName(name).identity, table, null).evaluate(weights).value;
  return metrics.map((name) => value(name, candidate) - value(name, baseline));
}

const falls = (name) => name !== 'log_loss' && name !== 'mean_absolute_error';
const ruleOf = (name, margin) =>
  parseRuleText(`${name}:${falls(name) ? 'max-drop' : 'max-rise'}=${Math.max(0, margin)}`);

function judge(sides, rules) {
  const policy = {
    rules,
    alpha: ALPHA,
    onInconclusive: 'warn',
    onRowsChanged: 'error',
    dryRun: false,
    baseline: 'auto',
    metrics: {},
    predictions: { task: null, columns: {}, positiveLabel: null, slices: [], minSliceRows: 30 },
  };
  const baselines = new Map([['auto', { side: sides.baseline }]]);
  return judgeRules({ policy, candidate: sides.candidate, baselines });
}

/** Median of the stated effects over a few draws: what users are told. */
function statedEffects(population, n, margins) {
  const seen = population.metrics.map(() => []);
  for (let i = 0; i < 15; i++) {
    judge(
      sample(population, n),
      population.metrics.map((name, at) => ruleOf(name, margins[at])),
    ).forEach((result, at) => {
      if (result.evidence.mde) seen[at].push(result.evidence.mde.pass);
    });
  }
  return seen.map((values) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN);
}

/** Rules are judged many at once here, and each counts by itself: a failure before it is adjusted for the others. */
function tally(count, { verdict, evidence: { interval, method, pFail } }, truth) {
  count[pFail !== undefined && pFail <= ALPHA ? 'fail' : verdict] += 1;
  count.method = method;
  if (interval === null) return;
  count.had += 1;
  if (truth >= interval[0] && truth <= interval[1]) count.held += 1;
}

/** Verdicts counted over draws for rules `margins[metric][k]`. */
function shares(population, n, draws, margins, truths) {
  const zero = { pass: 0, fail: 0, error: 0, inconclusive: 0, held: 0, had: 0 };
  const cells = population.metrics.flatMap((name, at) =>
    margins[at].map((margin, k) => ({ at, k, rule: ruleOf(name, margin), count: { ...zero } })),
  );
  const rules = cells.map(({ rule }) => rule);
  for (let i = 0; i < draws; i++) {
    const results = judge(sample(population, n), rules);
    results.forEach((result, i) => {
      tally(cells[i].count, result, truths[cells[i].at]);
    });
  }
  return population.metrics.map((_, at) => cells.filter((cell) => cell.at === at).map(({ count }) => count));
}

const percent = (count, of) => (of === 0 ? '–' : ((100 * count) / of).toFixed(1));
/** More than 1.5 α beyond three standard errors of the count. */
const excessive = (count, draws) =>
  count / draws > 1.5 * ALPHA + 3 * Math.sqrt((1.5 * ALPHA * (1 - 1.5 * ALPHA)) / draws);

let wrong = 0;
function run(title, make, sizes, drawsFor) {
  const [worse, equal] = [make(true), make(false)];
  const truths = truth(worse);
  const drops = truths.map(Math.abs);
  const none = truth(equal);
  print(
    `\n${title}: true change ${worse.metrics.map((name, at) => `${name} ${truths[at].toFixed(4)}`).join(', ')}`,
  );
  print(
    '| n | metric | method | draws | at the margin: pass % | fail % | interval holds the truth % | equal, margin 0: pass % | fail % | mde | power to pass % | power to fail % |',
  );
  print('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const n of sizes) {
    const draws = drawsFor(n);
    const effects = statedEffects(worse, n, drops);
    const effectsEqual = statedEffects(
      equal,
      n,
      none.map(() => 0),
    );
    const atMargin = shares(
      worse,
      n,
      draws,
      drops.map((drop, at) => [drop, Math.max(0, drop - (effects[at] || 0))]),
      truths,
    );
    const alike = shares(
      equal,
      n,
      draws,
      effectsEqual.map((effect) => [0, effect || 0]),
      none,
    );
    worse.metrics.forEach((name, at) => {
      const { cells, bad } = figures(name, draws, truths[at], effects[at], atMargin[at], alike[at]);
      if (bad) wrong += 1;
      const mde = Number.isNaN(effectsEqual[at]) ? '–' : effectsEqual[at].toPrecision(2);
      print(
        `| ${[n, name, atMargin[at][0].method, draws, ...cells.slice(0, -2), mde, ...cells.slice(-2)].join(' | ')} |`,
      );
    });
  }
}

function figures(name, draws, change, effect, [edge, beyond], [zero, within]) {
  // A change for the better lies at no margin.
  const isWorse = change < 0 === falls(name);
  const bad = isWorse && (excessive(edge.pass, draws) || excessive(edge.fail, draws));
  const share = (count, known) => (known ? percent(count, draws) : '–');
  const cells = [
    share(edge.pass, isWorse),
    share(edge.fail, isWorse) + (bad ? ' **above 1.5 α**' : ''),
    percent(edge.held, edge.had),
    percent(zero.pass, draws),
    percent(zero.fail, draws),
    percent(within.pass, draws),
    share(beyond.fail, isWorse && Math.abs(change) >= effect),
  ];
  return { cells, bad };
}

const sizes = numbers(option('n', quick ? '50,200,1000' : '50,200,1000,5000'));
const asked = option('draws', null);
const drawsFor = (n) =>
  asked ? Number(asked) : Math.round((quick ? 400 : 2000) / (n > 2000 ? 10 : n > 500 ? 4 : 1));
const shared = Number(option('shared', '0.7'));
for (const prevalence of numbers(option('prevalence', quick ? '0.1,0.5' : '0.05,0.2,0.5'))) {
  run(
    `Two classes, prevalence ${100 * prevalence} %`,
    (isWorse) =>
      binaryPopulation({ prevalence, shared, worse: isWorse ? Number(option('worse', '0.25')) : 0 }),
    sizes,
    drawsFor,
  );
}
for (const heavy of option('regression', '1') === '0' ? [] : [false, true]) {
  run(
    `Regression, ${heavy ? 'log-normal' : 'normal'} errors`,
    (isWorse) => regressionPopulation({ shared, heavy, worse: isWorse ? 0.15 : 0 }),
    sizes,
    drawsFor,
  );
}
print(
  wrong === 0
    ? `\nNo error rate is above 1.5 α (${(150 * ALPHA).toFixed(1)} %) by more than three standard errors of its draws.`
    : `\n${wrong} rows have an error rate above 1.5 α by more than three standard errors of their draws.`,
);
process.exitCode = wrong === 0 ? 0 : 1;
