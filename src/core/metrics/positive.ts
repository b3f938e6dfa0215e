/**
 * Index of the positive class. The configured label when there is one, else the only label that reads as `1` or
 * `true` (any case, leading zeros allowed). −1 when there is none or the choice is not plain.
 */
export function positiveCode(classes: readonly string[], configured: string | null): number {
  if (configured !== null) return classes.indexOf(configured);
  const candidates = classes.filter((label) => /^(?:0*1|true)$/i.test(label));
  const only = candidates.length === 1 ? candidates[0] : undefined;
  return only === undefined ? -1 : classes.indexOf(only);
}
