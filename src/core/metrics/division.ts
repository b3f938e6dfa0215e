/** Rows divided into parts that do not overlap. */
export interface Division {
  parts: number;
  /** Part of each row; `parts` for a row that is in none. `null`: all rows are in part 0. */
  codes: Uint16Array | null;
}

/** All rows as one part. */
export const WHOLE: Division = { parts: 1, codes: null };

/** Places to add up in: one for each part of each division, and one after them for its rows in no part. */
export interface Slots {
  divisions: readonly Division[];
  /** Slot of part 0 of each division. */
  offsets: readonly number[];
  count: number;
}

export function slotsOf(divisions: readonly Division[]): Slots {
  const offsets: number[] = [];
  let count = 0;
  for (const { parts, codes } of divisions) {
    offsets.push(count);
    count += codes === null ? parts : parts + 1;
  }
  return { divisions, offsets, count };
}

/** One value per part of each division, from one per slot. */
export function valuesOf({ divisions, offsets }: Slots, at: (slot: number) => number): Float64Array[] {
  return divisions.map(({ parts }, index) =>
    Float64Array.from({ length: parts }, (_, part) => at((offsets[index] as number) + part)),
  );
}

/** Rows of each part, ascending, one part after the other; `starts[part]` is where a part begins. O(n). */
export function rowsByPart(
  { parts, codes }: Division,
  n: number,
): { rows: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(parts + 2);
  for (let row = 0; row < n; row++) {
    const next = (codes === null ? 0 : (codes[row] as number)) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let part = 0; part <= parts; part++)
    starts[part + 1] = (starts[part + 1] as number) + (starts[part] as number);
  const places = starts.slice();
  const rows = new Uint32Array(n);
  for (let row = 0; row < n; row++) {
    const part = codes === null ? 0 : (codes[row] as number);
    const place = places[part] as number;
    rows[place] = row;
    places[part] = place + 1;
  }
  return { rows, starts };
}
