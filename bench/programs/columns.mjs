/** Twelve metrics over all rows of a predictions file and for each of its sites: `columns.mjs FILE`. */
import { statSync } from 'node:fs';
import { evaluateMetrics } from '../../build/core/metrics/evaluate.js';
import { readPredictions } from '../../build/formats/predictions/index.js';
import { createRuntime } from '../../build/runtime/node/index.js';

const names = [
  ...['accuracy', 'balanced_accuracy', 'precision', 'recall', 'specificity', 'f1', 'matthews_corrcoef'],
  ...['cohen_kappa', 'roc_auc', 'average_precision', 'log_loss', 'brier'],
];

const file = process.argv[2];
const program = new URL('../../build/index.js', import.meta.url).href;
const { files, threads } = createRuntime({ program });
const source = { file, bytes: statSync(file).size, open: (start) => files.stream(file, 4 << 20, start) };
const options = {
  columns: {},
  task: null,
  positiveLabel: null,
  slices: ['site'],
  model: null,
  side: null,
  drop: false,
};
const table = await readPredictions(source, options, threads);
const metrics = evaluateMetrics(table, { names, positiveLabel: null, slices: ['site'], minSliceRows: 1 });
console.log(
  JSON.stringify(
    Object.fromEntries(metrics.map(({ name, slice, value }) => [`${name} ${slice ?? 'all'}`, value])),
  ),
);
