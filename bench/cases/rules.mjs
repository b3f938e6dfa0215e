/**
 * A hundred rules over 100,000 rows, each looked at on 50 slices as well, beside the loop over pandas and scikit-learn
 * that computes the same values and gives no interval.
 */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

export const name = 'rules';

const COUNTS = [
  ...['accuracy', 'precision', 'recall', 'f1', 'specificity', 'balanced_accuracy', 'matthews_corrcoef'],
  ...['cohen_kappa', 'f1_macro', 'fbeta@2'],
];
const SCORES = [
  ...['roc_auc', 'log_loss', 'brier', 'average_precision', 'expected_calibration_error'],
  ...['precision_at_recall@0.5', 'recall_at_precision@0.5', 'roc_auc', 'log_loss', 'brier'],
];
const LOWER = ['log_loss', 'brier', 'expected_calibration_error'];

/** A uniform number in [0, 1) for each call, the same in every run (Lehmer 1951, multiplier of Park and Miller 1988). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function writePredictions(file, count, seed) {
  const [labels, noise] = [generator(1), generator(seed)];
  const out = createWriteStream(file);
  out.write('id,label,prediction,score,shop\n');
  for (let row = 0; row < count; row++) {
    const label = labels() < 0.4 ? 1 : 0;
    const score = Math.min(0.999, Math.max(0.001, 0.45 + 0.3 * (label - 0.4) + 0.6 * (noise() - 0.5)));
    out.write(`row-${row},${label},${score >= 0.5 ? 1 : 0},${score.toFixed(6)},shop-${row % 50}\n`);
  }
  return new Promise((resolve, reject) => out.on('error', reject).end(resolve));
}

/** As many rules as asked, on the metrics by turns, each with a margin of its own. */
function rulesOn(metrics, count) {
  return Array.from({ length: count }, (_, i) => {
    const metric = metrics[i % metrics.length];
    return `${metric}:${LOWER.includes(metric) ? 'max-rise' : 'max-drop'}=${(0.08 + i / 2000).toFixed(4)}`;
  });
}

export async function rows({ measure, row, node, trainyard, root, folder, python, quick }) {
  const count = quick ? 20_000 : 100_000;
  const files = [join(folder, 'candidate.csv'), join(folder, 'baseline.csv')];
  await writePredictions(files[0], count, 1_234_567_891);
  await writePredictions(files[1], count, 987_654_321);
  const { python: command } = await python();
  const ours = (rules) => ({
    argv: [
      ...[
        node,
        trainyard,
        'compare',
        '--candidate',
        files[0],
        '--baseline',
        files[1],
        '--slice',
        'shop',
        '--json',
      ],
      ...rules.flatMap((rule) => ['--rule', rule]),
    ],
    cwd: folder,
  });
  const peer = (kind) => ({ argv: [command, join(root, 'bench/lib/slices.py'), ...files, kind] });
  const runs = { runs: quick ? 1 : 3, warmups: 0 };
  const [many, few] = measure([ours(rulesOn(COUNTS, 100)), ours(rulesOn(SCORES, 10))], runs);
  const [counts, scores] = measure([peer('counts'), peer('scores')], { runs: 1, warmups: 0 });
  const size = `${count.toLocaleString('en')} rows, 50 slices`;
  const beside = 'scikit-learn on each slice, values alone';
  return [
    row(`100 rules on metrics of counts, ${size}`, many, `${beside}: 10 metrics`, counts),
    row(`10 rules on metrics of scores, ${size}`, few, `${beside}: 5 metrics`, scores),
  ];
}
