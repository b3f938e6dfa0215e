/** Intervals by 9,999 resamples with their jackknife, and DeLong's, beside what one writes with scipy, scikit-learn and numpy. */
import { join } from 'node:path';

export const name = 'bootstrap';

const resamples = 9_999;

export async function rows({ measure, row, node, root, log, python, quick }) {
  const n = quick ? 20_000 : 100_000;
  const areas = quick ? 200_000 : 1_000_000;
  const { python: command } = await python();
  const ours = (work, size) => ({
    argv: [node, join(root, 'bench/programs/resample.mjs'), join(root, 'build'), work, String(size)],
  });
  const peer = (work, size, draws) => ({
    argv: [command, join(root, 'bench/lib/resample.py'), work, String(size), String(draws)],
  });
  /** What `evaluations` would take, from two runs of few. */
  const extrapolated = (work, few, evaluations) => {
    const counts = [few, 3 * few];
    const [some, more] = measure(
      counts.map((count) => peer(work, n, count)),
      { runs: quick ? 1 : 3, warmups: 0 },
    );
    const full = (key) => some[key] + ((more[key] - some[key]) / (2 * few)) * (evaluations - few);
    return { wall: full('wall'), cpu: full('cpu'), peak: more.peak };
  };
  const [f1, area, delong] = measure([ours('f1', n), ours('roc_auc', n), ours('delong', areas)], {
    runs: quick ? 1 : 3,
  });
  const compared = (work, seen, beside, least, named) => {
    const times = (beside.cpu / seen.cpu).toLocaleString('en', { maximumSignificantDigits: 3 });
    log(`  ${work}: ${times} times less CPU than ${named}${quick ? '' : ` (aim ${least})`}`);
    return row(work, seen, named, beside);
  };
  const on = `${n.toLocaleString('en')} rows, ${resamples.toLocaleString('en')} resamples`;
  const naive = 'scipy.stats.bootstrap, extrapolated';
  const all = resamples + n;
  const [numpy] = measure([peer('delong', areas, 0)], { runs: quick ? 1 : 5 });
  return [
    compared(`BCa of F1, ${on}`, f1, extrapolated('f1', 40, all), 10_000, naive),
    compared(`BCa of ROC AUC, ${on}`, area, extrapolated('roc_auc', 40, all), 1_000, naive),
    compared(
      `BCa of ROC AUC, ${on}`,
      area,
      extrapolated('sorted', 25, resamples),
      10,
      'numpy on rows sorted once, extrapolated',
    ),
    compared(`DeLong, ${areas.toLocaleString('en')} rows`, delong, numpy, 1, 'numpy, midranks'),
  ];
}
