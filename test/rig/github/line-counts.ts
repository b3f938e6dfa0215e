/** Lines added and removed between two texts: what a shortest edit script does (Myers 1986, by its length alone). */
export function lineCounts(before: string, after: string): { additions: number; deletions: number } {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const distance = editDistance(old, fresh);
  const additions = (distance + fresh.length - old.length) / 2;
  return { additions, deletions: distance - additions };
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function editDistance(a: readonly string[], b: readonly string[]): number {
  const furthest = new Map<number, number>([[1, 0]]);
  for (let distance = 0; distance <= a.length + b.length; distance++) {
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      const x = reach(a, b, furthest, diagonal);
      if (x >= a.length && x - diagonal >= b.length) return distance;
    }
  }
  return a.length + b.length;
}

/** How far along `a` one more edit gets on this diagonal, equal lines followed. */
function reach(
  a: readonly string[],
  b: readonly string[],
  furthest: Map<number, number>,
  diagonal: number,
): number {
  const [left, right] = [furthest.get(diagonal - 1) ?? -1, furthest.get(diagonal + 1) ?? -1];
  let x = Math.max(left + 1, right);
  while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
  furthest.set(diagonal, x);
  return x;
}
