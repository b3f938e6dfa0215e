/** Quantiles at 0.95: of the normal distribution, and of Student's with 9 degrees of freedom. */
const [Z, T9] = [1.6448536269514722, 1.8331129326536335];
const HISTORY = 10;

/**
 * What others' rules say of the same rows: the plain difference (a fixed ratio is one), a threshold from a history of ten
 * runs (Student's prediction limit, as Bencher's t-test; it takes no margin), and an unpaired test at the margin: two
 * proportions, or Welch's t.
 */
export function* peerVerdicts(gate, metric, { candidate, baseline }, margin, history) {
  const sign = gate.direction(metric) === 'higher' ? 1 : -1;
  const [ours, theirs] = [gate.value(metric, candidate), gate.value(metric, baseline)];
  const gain = sign * (ours - theirs);
  if (Number.isNaN(gain)) return;
  yield ['plain difference', gain >= -margin ? 'pass' : 'fail'];
  if (history.length === HISTORY) {
    const { mean, variance } = moments(history);
    const limit = T9 * Math.sqrt(variance * (1 + 1 / HISTORY));
    yield ['history of 10 runs', sign * (ours - mean) < -limit ? 'fail' : 'pass'];
  }
  const error = unpairedError(metric, candidate, baseline);
  if (error === null) return;
  const [lower, upper] = [gain - Z * error, gain + Z * error];
  yield ['unpaired test', lower >= -margin ? 'pass' : upper < -margin ? 'fail' : 'inconclusive'];
}

function moments(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}

/** Standard error of the difference as if each model had rows of its own; `null` where a metric is no mean of rows. */
function unpairedError(metric, candidate, baseline) {
  const term = TERMS[metric];
  if (!term) return null;
  const variance = (table) => moments(Array.from({ length: table.n }, (_, row) => term(table, row))).variance;
  return Math.sqrt((variance(candidate) + variance(baseline)) / candidate.n);
}

const TERMS = {
  accuracy: ({ labelCodes, predictionCodes }, row) => Number(labelCodes[row] === predictionCodes[row]),
  log_loss: ({ labelCodes, score, classScores }, row) => {
    const code = labelCodes[row];
    if (score) return -Math.log(code === 1 ? score[row] : 1 - score[row]);
    return -Math.log(Math.max(classScores[code][row], Number.MIN_VALUE));
  },
  mean_absolute_error: ({ labelValues, predictionValues }, row) =>
    Math.abs(labelValues[row] - predictionValues[row]),
};
