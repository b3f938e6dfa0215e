/** Digits of a part of α, so that its confidence can be read. */
const digits = 3;

/**
 * The part of α that the k-th attempt may use (k from 1): α · 6 / (π² k²), rounded down to three digits. All attempts
 * together use no more than α, however many there are, since Σ 1/k² = π²/6 (Euler 1735); by Bonferroni the chance that
 * any of them errs stays below α.
 */
export function spentAlpha(alpha: number, attempt: number): number {
  const part = (alpha * 6) / (Math.PI * attempt) ** 2;
  const unit = 10 ** (Math.floor(Math.log10(part)) - digits + 1);
  return Number((Math.floor(part / unit) * unit).toPrecision(digits));
}
