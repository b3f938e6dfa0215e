/** Judging two models on 65,000 rows by three rules, beside the loop over scikit-learn that one writes by hand. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

export const name = 'gate';

const count = 65_000;
const resamples = 1_999; // what a rule is judged by: src/core/gate/rows.ts

/** A uniform number in [0, 1) for each call, the same in every run (Lehmer 1951, multiplier of Park and Miller 1988). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Rows whose scores lean towards the label by `strength`; labels are the same for every strength. */
function writePredictions(file, strength, seed) {
  const [labels, noise] = [generator(1), generator(seed)];
  const out = createWriteStream(file);
  out.write('id,label,prediction,score\n');
  for (let row = 0; row < count; row++) {
    const label = labels() < 0.24 ? 1 : 0;
    const score = Math.min(0.999, Math.max(0.001, 0.25 + strength * (label - 0.24) + 0.5 * (noise() - 0.5)));
    out.write(`row-${row},${label},${score >= 0.5 ? 1 : 0},${score.toFixed(6)}\n`);
  }
  return new Promise((resolve, reject) => out.on('error', reject).end(resolve));
}

export async function rows({ measure, row, node, trainyard, root, folder, python, quick }) {
  const [candidate, baseline] = [join(folder, 'candidate.csv'), join(folder, 'baseline.csv')];
  await writePredictions(candidate, 0.2, 1_234_567_891);
  await writePredictions(baseline, 0.2, 987_654_321);
  const rules = ['roc_auc:max-drop=0.01', 'log_loss:max-rise=0.01', 'accuracy:max-drop=0.01'];
  const compare = [
    'compare',
    '--candidate',
    candidate,
    '--baseline',
    baseline,
    ...rules.flatMap((rule) => ['--rule', rule]),
  ];
  const ours = { argv: [node, trainyard, ...compare, '--json'], cwd: folder };
  const { python: command } = await python();
  const draws = quick ? 200 : resamples; // the loop takes minutes; a tenth of its work is enough to be slower
  const peer = {
    argv: [command, join(root, 'bench/lib/bootstrap.py'), candidate, baseline, String(draws)],
  };

  const [seen] = measure([ours], { runs: 5 });
  const [beside] = measure([peer], { runs: 1, warmups: 0 });
  const work = `three rules on ${count.toLocaleString('en')} rows, ${resamples.toLocaleString('en')} resamples`;
  return [row(work, seen, `scikit-learn in a loop, ${draws.toLocaleString('en')} resamples`, beside)];
}
