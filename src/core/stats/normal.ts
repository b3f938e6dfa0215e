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

// Coefficients rounded to doubles. Cody's a, b (|x| ≤ 0.66291), c, d (up to √32) and p, q (beyond).
const CENTRE_TOP = [
  18154.98125334356, 1067.6894854603709, 161.02823106855587, 2.2352520354606837, 0.06568233791820745,
];
const CENTRE_BOTTOM = [45507.78933502673, 10260.932208618979, 976.0985517377767, 47.202581904688245, 1];
const MIDDLE_TOP = [
  9842.714838383978, 11602.65143764735, 6848.190450536283, 2494.5375852903726, 597.2702763948002,
  93.50665613217785, 8.883149794388377, 0.39894151208813466, 1.0765576773720192e-8,
];
const MIDDLE_BOTTOM = [
  19685.429676859992, 38912.00328609327, 34900.95272114598, 18615.571640885097, 6485.558298266761,
  1519.3775994075547, 235.387901782625, 22.266688044328117, 1,
];
const FAR_TOP = [
  2.9112874951168793e-5, 0.0014216191932278934, 0.022235277870649807, 0.12740116116024736, 0.215898534057957,
  0.023073441764940174,
];
const FAR_BOTTOM = [
  7.297515550839662e-5, 0.0037823963320275824, 0.06598813786892856, 0.4682382124808651, 1.284260096144911, 1,
];

// Wichura's a, b (|p − 0.5| ≤ 0.425), c, d (√−ln p ≤ 5) and e, f (beyond).
const NEAR_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const NEAR_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
const TAIL_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
const TAIL_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const END_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
];
const END_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
];
