/** `node resample.mjs BUILD f1|roc_auc|delong ROWS`: an interval of the difference of two models on made-up rows in memory. */
const [build, work, rows] = process.argv.slice(2);
const n = Number(rows);
const load = (path) => import(`${build}/core/${path}`);

/** A uniform number in [0, 1) for each call, the same in every run (a linear congruential generator of 32 bits). */
let state = 1;
function random() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

const labels = new Uint32Array(n);
for (let row = 0; row < n; row++) labels[row] = random() < 0.3 ? 1 : 0;
const scores = [new Float64Array(n), new Float64Array(n)];
for (const score of scores)
  for (let row = 0; row < n; row++) score[row] = 0.25 * labels[row] + 0.75 * random();

async function resampled() {
  const { parseMetricName } = await load('metrics/names.js');
  const { prepareMetric } = await load('metrics/prepare.js');
  const { resample } = await load('stats/resample.js');
  const [candidate, baseline] = scores.map((score) => {
    const predictionCodes = Uint32Array.from(score, (value) => Number(value >= 0.5));
    const table = { n, task: 'binary', classes: ['0', '1'], labelCodes: labels, predictionCodes, score };
    return prepareMetric(parseMetricName(work).identity, table, '1');
  });
  const contrast = (c, b) => c - b;
  // So small an alpha that 9,999 draws are made.
  const asked = { candidate, baseline, contrast, method: 'bca', line: null, alpha: 0.02, least: 1 };
  const weights = new Float64Array(n).fill(1);
  const [found] = resample({ weights, contrasts: [asked], seed: '0'.repeat(32) });
  if (found.draws !== 9_999 || found.method !== 'bca') throw new Error(JSON.stringify(found));
  return found.interval(0.05);
}

async function delong() {
  const { areaContrast, placementsOf } = await load('stats/delong.js');
  const { normalQuantile } = await load('stats/normal.js');
  const positive = Uint8Array.from(labels);
  const [ours, theirs] = scores.map((score) => placementsOf(score, positive));
  const { estimate, variance } = areaContrast(ours, theirs);
  const reach = normalQuantile(0.95) * Math.sqrt(variance);
  return [estimate - reach, estimate + reach];
}

console.log(work === 'delong' ? await delong() : await resampled());
