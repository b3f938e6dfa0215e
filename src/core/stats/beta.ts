/** Steps of the continued fraction, which needs about √(a + b) of them at most. */
const MOST_STEPS = 100_000;
const SMALLEST = 1e-300;

/**
 * Iₓ(a, b), the regularised incomplete beta function, for a, b > 0 and x in [0, 1]; `rest` is 1 − x, given apart
 * because it may be tiny. Relative error about 1e-13 for a + b up to 1e6. Continued fraction of DiDonato and Morris
 * (1992), front factor by Loader's saddle point (2000).
 */
export function regularizedBeta(x: number, rest: number, a: number, b: number): number {
  if (!(x >= 0 && rest >= 0 && a > 0 && b > 0)) return Number.NaN;
  if (x === 0 || rest === 0) return x === 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - lowerTail(rest, x, b, a);
  return lowerTail(x, rest, a, b);
}

function lowerTail(x: number, rest: number, a: number, b: number): number {
  return (binomialDensity(a, b, x, rest) * a * b) / ((a + b) * fraction(x, rest, a, b));
}

/** β₁ + α₂ / (β₂ + α₃ / (β₃ + …)), the even part of the continued fraction, by Lentz's method. */
function fraction(x: number, rest: number, a: number, b: number): number {
  const away = a > b ? (a + b) * rest - b : a - (a + b) * x;
  let value = apart((a / (a + 1)) * (away + 1));
  let [top, bottom] = [value, 0];
  for (let n = 1; n < MOST_STEPS; n += 1) {
    const between = a + 2 * n - 1;
    const shared = (n * (b - n) * x) / between;
    const above = ((a + n - 1) * (a + b + n - 1) * x * shared) / between;
    const below = n + shared + ((a + n) / (a + 2 * n + 1)) * (away + 1 + n * (1 + rest));
    bottom = 1 / apart(below + above * bottom);
    top = apart(below + above / top);
    value *= top * bottom;
    if (Math.abs(top * bottom - 1) < 1e-16) break;
  }
  return value;
}

function apart(value: number): number {
  return Math.abs(value) < SMALLEST ? SMALLEST : value;
}

/** Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) xᵃ restᵇ: the binomial chance of `a` in a + b, for real a, b > 0. */
function binomialDensity(a: number, b: number, x: number, rest: number): number {
  const n = a + b;
  const away = deviance(a, n * x) + deviance(b, n * rest);
  const error = stirlingError(n) - stirlingError(a) - stirlingError(b);
  return Math.sqrt(n / (2 * Math.PI * a * b)) * Math.exp(error - away);
}

/** a ln(a / m) + m − a, by its series where the two are near and the terms would cancel. */
function deviance(a: number, m: number): number {
  if (Math.abs(a - m) > 0.1 * (a + m)) return a * Math.log(a / m) + m - a;
  const v = (a - m) / (a + m);
  let sum = (a - m) * v;
  let power = 2 * a * v;
  for (let j = 3; j < 50; j += 2) {
    power *= v * v;
    const next = sum + power / j;
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** ln Γ(z) less Stirling's (z − ½) ln z − z + ½ ln 2π, for z > 0. */
export function stirlingError(z: number): number {
  let [shift, at] = [0, z];
  for (; at < 16; at += 1) shift += (at + 0.5) * Math.log1p(1 / at) - 1;
  const s = 1 / (at * at);
  return shift + (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - (s * 5) / 5940)))) / at;
}
