/**
 * How often verdicts on the mean over training seeds are wrong, and how often their intervals hold the truth.
 *
 * `npm run proof -- seeds [--quick] [--draws=1000] [--seed=1] [--build=DIR]`
 *
 * Each draw makes test rows and trained models anew: a row's error has a part of its own, each seed moves all rows of
 * its model, and each model moves rows of its own. The true difference of the pipelines is the margin, so `pass` and
 * `fail` are both wrong, and each may be α; coverage is that of the 90 % interval. The last columns are what judging
 * the first artefact alone says of the pipelines. Ends with 1 when a rate is above 1.5 α by more than chance explains.
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
const { resample } = await load('core/stats/resample.js');
const { meanOverSeeds } = await load('core/stats/seed-mean.js');
const { seedFrom } = await load('core/stats/seed.js');

const ALPHA = 0.05;
const ROWS = 200;
const draws = Number(option('draws', process.argv.includes('--quick') ? '200' : '1000'));

const { fraction: random } = makeRandom(Number(option('seed', '1')));
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const logNormal = () => (Math.exp(normal()) - Math.exp(0.5)) / Math.sqrt((Math.E - 1) * Math.E);
const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));

/** The weighted mean of one number a row. */
function meanOf(values) {
  const term = Float64Array.from(values);
  const evaluate = (weights) => {
    let [sum, total] = [0, 0];
    for (let row = 0; row < term.length; row += 1) {
      sum += weights[row] * term[row];
      total += weights[row];
    }
    return { value: sum / total, state: 'ok' };
  };
  return {
    evaluate,
    statistic: () => ({ kind: 'sums', terms: [term], value: (total, sums) => sums[0] / total }),
  };
}

/** Models of one side: `seedSd` in standard errors of a difference of means over the rows. */
function modelsOf(k, rows, { seedSd, noise }) {
  return times(k, () => {
    const moved = (seedSd * noise()) / Math.sqrt(ROWS);
    return meanOf(rows.map((row) => row + moved + normal()));
  });
}

function judged(candidate, baseline) {
  const contrast = {
    candidate: meanOverSeeds(candidate, 'candidate'),
    baseline: baseline && meanOverSeeds(baseline, 'baseline'),
    contrast: (c, b) => (baseline ? c - b : c),
    ...{ method: 'percentile', line: null, alpha: ALPHA, least: 1 },
  };
  const seed = seedFrom([String(random())]);
  const [found] = resample({ weights: new Float64Array(ROWS).fill(1), contrasts: [contrast], seed });
  return found.interval(ALPHA);
}

const worlds = [
  ['no seed matters', { seedSd: 0, noise: normal }],
  ['seeds as much as rows', { seedSd: 1.4, noise: normal }],
  ['seeds ten times the rows', { seedSd: 14, noise: normal }],
  ['the same, log-normal', { seedSd: 14, noise: logNormal }],
];
const print = (line) => process.stdout.write(`${line}\n`);
const percent = (count) => ((100 * count) / draws).toFixed(1);
const most = draws * 1.5 * ALPHA + 3 * Math.sqrt(draws * 1.5 * ALPHA);
let broken = 0;
print(
  `α = ${ALPHA}, ${ROWS} rows, ${draws} draws, the true difference is the margin (0); bars stand at the true value`,
);
print(
  '| judged | seeds | world | wrong pass % | wrong fail % | coverage % | artefact: wrong pass % | fail % |',
);
print('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const what of ['difference', 'bar'])
  for (const k of [5, 10])
    for (const [world, given] of worlds) {
      const tally = { over: 0, under: 0, alone: [0, 0] };
      for (let draw = 0; draw < draws; draw += 1) {
        const rows = times(ROWS, normal);
        const [ours, theirs] = [modelsOf(k, rows, given), what === 'bar' ? null : modelsOf(k, rows, given)];
        const [lower, upper] = judged(ours, theirs);
        if (lower >= 0) tally.over += 1;
        if (upper < 0) tally.under += 1;
        const [low, high] = judged(ours.slice(0, 1), theirs && [theirs[0]]);
        if (low >= 0) tally.alone[0] += 1;
        if (high < 0) tally.alone[1] += 1;
      }
      const { over, under, alone } = tally;
      const cells = [over, under, draws - over - under, ...alone].map(percent);
      print(`| ${what} | ${k} | ${world} | ${cells.join(' | ')} |`);
      if (given.noise === normal && Math.max(over, under) > most) broken += 1;
    }
if (broken > 0) print(`${broken} of them are wrong more often than 1.5 α.`);
process.exitCode = broken === 0 ? 0 : 1;
