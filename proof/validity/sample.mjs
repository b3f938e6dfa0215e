const EMPTY = {
  ...{ labelCodes: null, predictionCodes: null, labelValues: null, predictionValues: null, score: null },
  ...{ classScores: null, weight: null, group: null, slices: {} },
};

/** One model's whole population as the gate reads it. */
export function wholeTable(population, side) {
  const rows = Uint32Array.from({ length: population.rows }, (_, row) => row);
  return { ...EMPTY, ...columns(population, rows, () => side), ids: null };
}

/**
 * A sample of `n` rows, or of `n` groups where the population has them, drawn with replacement, as the tables of both
 * models. `equal`: in each row, or group, the models trade places by the toss of a coin, so that neither is better
 * whatever the metric.
 */
export function sample(population, n, random, { equal = false } = {}) {
  const { starts } = population;
  const units = starts ? starts.length - 1 : population.rows;
  const drawn = Uint32Array.from({ length: n }, () => random.between(0, units - 1));
  const { rows, unit } = starts ? rowsOfGroups(drawn, starts) : { rows: drawn, unit: null };
  const traded = Uint8Array.from({ length: n }, () => (equal && random.fraction() < 0.5 ? 1 : 0));
  const sideAt = (candidate) => (at) =>
    (traded[unit ? unit[at] : at] === 1) === candidate ? 'baseline' : 'candidate';
  const ids = idsOf(rows.length, random);
  const group = unit && { codes: unit, values: Array.from({ length: n }, (_, at) => `g${at}`) };
  const table = (candidate) => ({
    ...EMPTY,
    ...columns(population, rows, sideAt(candidate)),
    ...{ ids, group },
  });
  return { candidate: table(true), baseline: table(false) };
}

function rowsOfGroups(groups, starts) {
  const [rows, unit] = [[], []];
  groups.forEach((group, at) => {
    for (let row = starts[group]; row < starts[group + 1]; row++) {
      rows.push(row);
      unit.push(at);
    }
  });
  return { rows: Uint32Array.from(rows), unit: Uint32Array.from(unit) };
}

/** Ascending ids that no other sample has: the seed of the gate's own draws is made of them. */
function idsOf(n, random) {
  const ids = new Uint32Array(4 * n);
  const mark = random.between(0, 2 ** 32 - 1);
  for (let row = 0; row < n; row++) ids.set([row, mark, 0, 0], 4 * row);
  return ids;
}

/** The columns of these rows; `sideAt` names the model whose outputs stand at each place. */
function columns(population, rows, sideAt) {
  const { task, classes, label, weight, candidate } = population;
  const picked = (kind, of) => kind.from(rows, (row, at) => of(population[sideAt(at)])[row]);
  const common = {
    ...{ n: rows.length, task, classes },
    weight: weight ? Float64Array.from(rows, (row) => weight[row]) : null,
  };
  const labels = label.constructor.from(rows, (row) => label[row]);
  if (task === 'regression') {
    const predictionValues = picked(Float64Array, ({ prediction }) => prediction);
    return { ...common, labelValues: labels, predictionValues };
  }
  return {
    ...{ ...common, labelCodes: labels },
    predictionCodes: picked(Uint32Array, ({ prediction }) => prediction),
    score: candidate.score ? picked(Float64Array, ({ score }) => score) : null,
    classScores:
      candidate.classScores?.map((_, k) => picked(Float64Array, ({ classScores }) => classScores[k])) ?? null,
  };
}
