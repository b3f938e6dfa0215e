/**
 * Φ(x), the chance that a standard normal number is at most `x`; relative error below 1e-12 down to Φ(−37).
 * W. J. Cody, Rational Chebyshev approximations for the error function (1969), as in his ANORM (SPECFUN, 1993).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const size = Math.abs(x);
  if (size <= 0.66291) return 0.5 + x * rational(x * x, CENTRE_TOP, CENTRE_BOTTOM);
  if (size > 38.6) return x < 0 ? 0 : 1;
  const tail = density(size) * tailRatio(size);
  return x < 0 ? tail : 1 - tail;
}

/** e^(−x²/2), with x split at 1/16 so that rounding of x² does not show. */
function density(size: number): number {
  const coarse = Math.trunc(size * 16) / 16;
  return Math.exp(-coarse * coarse * 0.5) * Math.exp(-(size - coarse) * (size + coarse) * 0.5);
}

function tailRatio(size: number): number {
  if (size <= Math.sqrt(32)) return rational(size, MIDDLE_TOP, MIDDLE_BOTTOM);
  const inverse = 1 / (size * size);
  return (1 / Math.sqrt(2 * Math.PI) - inverse * rational(inverse, FAR_TOP, FAR_BOTTOM)) / size;
}

/**
 * Φ⁻¹(p): the number a standard normal stays below with chance `p`; −∞ at 0, ∞ at 1, NaN outside. Relative error
 * about 1e-16. M. J. Wichura, Algorithm AS 241: the percentage points of the normal distribution (1988), PPND16.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  const fromCentre = p - 0.5;
  if (Math.abs(fromCentre) <= 0.425) {
    return fromCentre * rational(0.180625 - fromCentre * fromCentre, NEAR_TOP, NEAR_BOTTOM);
  }
  const tail = fromCentre < 0 ? p : 1 - p;
  if (tail === 0) return fromCentre < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const root = Math.sqrt(-Math.log(tail));
  const size =
    root <= 5 ? rational(root - 1.6, TAIL_TOP, TAIL_BOTTOM) : rational(root - 5, END_TOP, END_BOTTOM);
  return fromCentre < 0 ? -size : size;
}

/** Quotient of two polynomials, coefficients from the constant term up. */
function rational(x: number, top: readonly number[], bottom: readonly number[]): number {
  return polynomial(x, top) / polynomial(x, bottom);
}

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

// Cody's a, b (|x| ≤ 0.66291), c, d (up to √32) and p, q (beyond).
const CENTRE_TOP = [
  18154.981253343561249, 1067.6894854603709582, 161.02823106855587881, 2.2352520354606839287,
  0.065682337918207449113,
];
const CENTRE_BOTTOM = [
  45507.789335026729956, 10260.932208618978205, 976.09855173777669322, 47.20258190468824187, 1,
];
const MIDDLE_TOP = [
  9842.7148383839780218, 11602.651437647350124, 6848.1904505362823326, 2494.5375852903726711,
  597.27027639480026226, 93.506656132177855979, 8.8831497943883759412, 0.39894151208813466764,
  1.0765576773720192317e-8,
];
const MIDDLE_BOTTOM = [
  19685.429676859990727, 38912.003286093271411, 34900.952721145977266, 18615.571640885098091,
  6485.558298266760755, 1519.377599407554805, 235.38790178262499861, 22.266688044328115691, 1,
];
const FAR_TOP = [
  2.9112874951168792e-5, 0.001421619193227893466, 0.022235277870649807, 0.1274011611602473639,
  0.21589853405795699, 0.02307344176494017303,
];
const FAR_BOTTOM = [
  7.29751555083966205e-5, 0.00378239633202758244, 0.0659881378689285515, 0.468238212480865118,
  1.28426009614491121, 1,
];

// Wichura's a, b (|p − 0.5| ≤ 0.425), c, d (√−ln p ≤ 5) and e, f (beyond).
const NEAR_TOP = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
  45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
];
const NEAR_BOTTOM = [
  1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
  39307.89580009271061, 28729.085735721942674, 5226.495278852854561,
];
const TAIL_TOP = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
  1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
];
const TAIL_BOTTOM = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
  0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
];
const END_TOP = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
  0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
];
const END_BOTTOM = [
  1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
];
