/** Longest word compared; anything longer is no misspelling. */
const LONGEST = 100;

/**
 * The candidate a misspelt name most likely meant, or `null` when none is near: at most a third of the letters
 * (never more than three) inserted, removed, changed or swapped with their neighbour (Damerau 1964, Levenshtein 1966).
 */
export function nearest(name: string, candidates: readonly string[]): string | null {
  const asked = name.toLowerCase();
  if (asked.length > LONGEST) return null;
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of candidates) {
    const distance = editDistance(asked, candidate.toLowerCase());
    const allowed = Math.min(3, Math.max(1, Math.floor(Math.max(asked.length, candidate.length) / 3)));
    if (distance <= allowed && distance < (best?.distance ?? Number.POSITIVE_INFINITY))
      best = { candidate, distance };
  }
  return best?.candidate ?? null;
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const at = (values: readonly number[], index: number) => values[index] ?? Number.POSITIVE_INFINITY;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? Number.POSITIVE_INFINITY;
}
