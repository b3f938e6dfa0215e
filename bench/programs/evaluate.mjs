/**
 * `node evaluate.mjs BUILD ROWS`: makes a binary table in memory, computes twelve metrics of all rows and of 20 slices,
 * and prints what that took. BUILD is the folder of the compiled sources.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [build, rows] = process.argv.slice(2);
const { evaluateMetrics } = await import(pathToFileURL(join(build, 'core/metrics/evaluate.js')).href);

const names = [
  ...['accuracy', 'balanced_accuracy', 'precision', 'recall', 'f1', 'matthews_corrcoef', 'cohen_kappa'],
  ...['roc_auc', 'average_precision', 'log_loss', 'brier', 'expected_calibration_error'],
];
const SLICES = 20;

/** Scores that lean towards the label; a linear congruential generator (Park and Miller 1988). */
function tableOf(n) {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const labelCodes = new Uint32Array(n);
  const predictionCodes = new Uint32Array(n);
  const score = new Float64Array(n);
  const codes = new Uint32Array(n);
  for (let row = 0; row < n; row++) {
    const label = random() < 0.3 ? 1 : 0;
    labelCodes[row] = label;
    score[row] = Math.min(1, Math.max(0, 0.3 + 0.2 * label + 0.6 * (random() - 0.5)));
    predictionCodes[row] = score[row] > 0.5 ? 1 : 0;
    codes[row] = Math.floor(random() * SLICES);
  }
  const values = Array.from({ length: SLICES }, (_, i) => `shop ${i}`);
  return {
    ...{ n, ids: null, task: 'binary', classes: ['0', '1'], labelCodes, predictionCodes, score },
    ...{ labelValues: null, predictionValues: null, classScores: null, weight: null, group: null },
    slices: { shop: { values, codes } },
  };
}

const table = tableOf(Number(rows));
const before = { cpu: process.cpuUsage(), peak: process.resourceUsage().maxRSS };
const metrics = evaluateMetrics(table, { names, positiveLabel: null, slices: ['shop'], minSliceRows: 1 });
const { user, system } = process.cpuUsage(before.cpu);
const extra = process.resourceUsage().maxRSS - before.peak;
console.log(JSON.stringify({ values: metrics.length, cpu: (user + system) / 1e6, megabytes: extra / 1000 }));
