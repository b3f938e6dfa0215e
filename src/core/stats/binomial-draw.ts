/**
 * Binomial(n, p) number of a uniform `u` in [0, 1): p ≤ ½ by inversion, from 0 where np < 10 and else outwards from the
 * mode, which takes about √(np(1 − p)) steps; p > ½ as n less the number of failures. Only +, −, ×, ÷ and √ are used,
 * which IEEE 754 rounds alike everywhere. `q` is 1 − p. Chances are right to about 1e-12 of themselves.
 */
export function drawBinomial(n: number, p: number, q: number, u: number): number {
  if (p > 0.5) return n - drawBinomial(n, q, p, u);
  return n * p < FEW ? fromZero(n, p, q, u) : fromMode(n, p, q, u);
}

const FEW = 10;
/** Chances that no uniform number of 53 bits can tell from none. */
const NOTHING = 1e-18;

function fromZero(n: number, p: number, q: number, u: number): number {
  const odds = p / q;
  let chance = power(q, n);
  let left = u;
  for (let k = 0; k <= n && chance > NOTHING; k++) {
    left -= chance;
    if (left < 0) return k;
    chance *= ((n - k) / (k + 1)) * odds;
  }
  // Rounding left more than the last chance.
  return Math.floor(n * p);
}

function fromMode(n: number, p: number, q: number, u: number): number {
  const mode = Math.floor((n + 1) * p);
  const odds = p / q;
  const most = modeChance(n, p, q, mode);
  let left = u - most;
  let up = most;
  let down = most;
  if (left < 0) return mode;
  for (let step = 1; up + down > NOTHING; step++) {
    up *= ((n - mode - step + 1) / (mode + step)) * odds;
    left -= up;
    if (left < 0) return mode + step;
    down *= (mode - step + 1) / (n - mode + step) / odds;
    left -= down;
    if (left < 0) return mode - step;
  }
  return mode;
}

/** Chance of k, within 1 of np, by C. Loader, Fast and accurate computation of binomial probabilities (2000). */
function modeChance(n: number, p: number, q: number, k: number): number {
  const exponent =
    stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * q);
  return Math.sqrt(n / (2 * Math.PI * k * (n - k))) * smallExponential(exponent);
}

/** ln n! less Stirling's approximation of it, for n ≥ 10. */
function stirlingError(n: number): number {
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** x ln(x / m) + m − x, for |x − m| ≤ m / 5, as a series in (x − m) / m. */
function deviance(x: number, m: number): number {
  const e = (x - m) / m;
  let [power, sum] = [e * m, 0];
  for (let k = 2; Math.abs(power) > 1e-17; k++) {
    power *= k === 2 ? e : -e;
    sum += power / (k * (k - 1));
  }
  return sum;
}

/** eˣ for small |x|. */
function smallExponential(x: number): number {
  let [term, sum] = [1, 1];
  for (let k = 1; Math.abs(term) > 1e-17; k++) {
    term *= x / k;
    sum += term;
  }
  return sum;
}

function power(base: number, exponent: number): number {
  let [square, result] = [base, 1];
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
