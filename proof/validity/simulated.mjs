import { makeRandom } from '../lib/random.mjs';

const ROWS = 200_000;
/** Rows by which the models of two classes are tuned. */
const TUNING = 40_000;

/** Standard normal numbers (Box and Muller 1958). */
export function normals(random) {
  return () => Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
}

/**
 * Two classes and two models that score x ~ N(±separation / 2, 1) by the chance of the positive class given x, so that
 * the baseline is calibrated and both call it positive from ½ on. `discordance` is the share of rows that one model alone
 * has right, reached by the part of the noise that the models share; the candidate has noise besides that costs a
 * quarter of that share in accuracy.
 */
export function twoClasses({ prevalence, discordance, separation = 2.2 }) {
  const noise = (rows) => {
    const random = makeRandom(7);
    const normal = normals(random);
    const label = Uint32Array.from({ length: rows }, () => (random.fraction() < prevalence ? 1 : 0));
    const columns = Array.from({ length: 4 }, () => Float64Array.from({ length: rows }, normal));
    return { label, columns };
  };
  const odds = Math.log(prevalence / (1 - prevalence));
  const models = ({ label, columns: [common, own, other, more] }, shared, worse) => {
    const score = (at, x) => 1 / (1 + Math.exp(-separation * ((label[at] - 0.5) * separation + x) - odds));
    const [a, b, c] = [Math.sqrt(shared), Math.sqrt(1 - shared), Math.sqrt(worse)];
    return {
      baseline: common.map((x, at) => score(at, a * x + b * own[at])),
      candidate: common.map((x, at) => score(at, a * x + b * other[at] + c * more[at])),
    };
  };
  const some = noise(TUNING);
  let [shared, worse] = [0.5, 0];
  for (let round = 0; round < 3; round++) {
    shared = solve((x) => discordant(some.label, models(some, x, worse)).share, discordance, 1, 0);
    worse = solve((x) => discordant(some.label, models(some, shared, x)).drop, discordance / 4, 0, 4);
  }
  const all = noise(ROWS);
  const { candidate, baseline } = models(all, shared, worse);
  const outputs = (score) => ({ prediction: Uint32Array.from(score, (p) => (p >= 0.5 ? 1 : 0)), score });
  return {
    ...{ task: 'binary', classes: ['0', '1'], rows: ROWS, label: all.label },
    ...{ candidate: outputs(candidate), baseline: outputs(baseline) },
  };
}

function discordant(label, { candidate, baseline }) {
  let [lost, won] = [0, 0];
  label.forEach((y, at) => {
    const [ours, theirs] = [candidate[at] >= 0.5 === (y === 1), baseline[at] >= 0.5 === (y === 1)];
    if (theirs && !ours) lost += 1;
    if (ours && !theirs) won += 1;
  });
  return { share: (lost + won) / label.length, drop: (lost - won) / label.length };
}

/** Where a function that grows from `low` to `high` reaches a value, or the nearer end. */
function solve(value, wanted, low, high) {
  let [from, to] = [low, high];
  for (let step = 0; step < 14; step++) {
    const middle = (from + to) / 2;
    if (value(middle) < wanted) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** Errors of two regressions that share 70 % of their variance, the candidate's 15 % larger: normal, or exp(normal). */
export function regression({ errors, weights = false }) {
  const random = makeRandom(11);
  const normal = normals(random);
  const label = Float64Array.from({ length: ROWS }, () => 3 * normal());
  const common = Float64Array.from({ length: ROWS }, () => Math.sqrt(0.7) * normal());
  const shapes = { normal: (x) => x, 'log-normal': Math.exp, 'half log-normal': (x) => Math.exp(x / 2) };
  const predictions = (size) =>
    common.map((x, at) => label[at] + shapes[errors](size * (x + Math.sqrt(0.3) * normal())));
  const population = {
    ...{ task: 'regression', classes: null, rows: ROWS, label },
    ...{ candidate: { prediction: predictions(1.15) }, baseline: { prediction: predictions(1) } },
  };
  if (!weights) return population;
  return { ...population, weight: Float64Array.from({ length: ROWS }, () => Math.exp(normal() / 2)) };
}

/**
 * Groups of 1 to 12 rows whose rows go together: half the variance of what a model sees, and of what the candidate sees
 * worse, is the group's.
 */
export function grouped({ prevalence }) {
  const random = makeRandom(13);
  const normal = normals(random);
  const groups = 30_000;
  const starts = new Uint32Array(groups + 1);
  for (let group = 0; group < groups; group++) starts[group + 1] = starts[group] + random.between(1, 12);
  const rows = starts[groups];
  const label = new Uint32Array(rows);
  const sides = { baseline: new Float64Array(rows), candidate: new Float64Array(rows) };
  for (let group = 0; group < groups; group++) {
    const [place, common, ours] = [normal(), normal(), normal()];
    for (let row = starts[group]; row < starts[group + 1]; row++) {
      label[row] = normal() + place > -normalQuantile(prevalence) * Math.SQRT2 ? 1 : 0;
      const base = (label[row] - 0.5) * 2.2 + 0.6 * common + 0.6 * normal();
      sides.baseline[row] = logistic(2.2 * (base + 0.5 * normal()));
      sides.candidate[row] = logistic(2.2 * (base + 0.55 * normal() + 0.35 * ours));
    }
  }
  const outputs = (score) => ({ prediction: Uint32Array.from(score, (p) => (p >= 0.5 ? 1 : 0)), score });
  return {
    ...{ task: 'binary', classes: ['0', '1'], rows, label, starts },
    ...{ candidate: outputs(sides.candidate), baseline: outputs(sides.baseline) },
  };
}

function logistic(x) {
  return 1 / (1 + Math.exp(-x));
}

/** Standard normal quantile of a few prevalences: all that is asked. */
function normalQuantile(p) {
  return { 0.5: 0, 0.2: -0.8416212, 0.1: -1.2815516 }[p];
}
