/**
 * What the gate promises, and when a count breaks it. A count is red when it is more than chance explains: the chance of
 * it, or of one further off, is below 1 % divided by the number of all figures checked, if the true rate were the limit
 * itself. A gate that keeps every limit exactly is so called wrong in at most one proof of a hundred.
 */
export const CHANCE = 0.01;

/** P(X ≥ count), X binomial. */
function upperTail(count, draws, rate) {
  if (count <= 0) return 1;
  let log = 0;
  for (let i = 1; i <= count; i++) log += Math.log((draws - count + i) / i);
  let term = Math.exp(log + count * Math.log(rate) + (draws - count) * Math.log(1 - rate));
  let sum = 0;
  for (let k = count; k <= draws && term > sum * 1e-17; k++) {
    sum += term;
    term *= ((draws - k) / (k + 1)) * (rate / (1 - rate));
  }
  return count > draws * rate ? Math.min(1, sum) : 1;
}

/** Chance of a share as far on the wrong side of [low, high] by accident; 1 where it is inside. */
export function chanceOf({ count, draws, low = 0, high = 1 }) {
  if (draws === 0) return 1;
  const above = high < 1 ? upperTail(count, draws, high) : 1;
  const below = low > 0 ? upperTail(draws - count, draws, 1 - low) : 1;
  return Math.min(above, below);
}

/** Figures out of their range by more than chance, and those that were computed without any. */
export function violations(figures) {
  const drawn = figures.filter(({ draws }) => draws !== undefined);
  return figures.filter((figure) =>
    figure.draws === undefined
      ? figure.share < (figure.low ?? 0) || figure.share > (figure.high ?? 1)
      : chanceOf(figure) < CHANCE / drawn.length,
  );
}
