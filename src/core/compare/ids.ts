/** Words of one id: 128 bits, the most significant word first, so that ids order as their hexadecimal texts do. */
export const ID_WORDS = 4;

/** Negative, zero or positive, as the id in `row` of `ids` stands before, is, or stands after that in `otherRow` of `others`. */
export function compareIds(ids: Uint32Array, row: number, others: Uint32Array, otherRow: number): number {
  for (let word = 0; word < ID_WORDS; word += 1) {
    const difference =
      (ids[row * ID_WORDS + word] as number) - (others[otherRow * ID_WORDS + word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Length of an id as text: hexadecimal digits. */
export const ID_DIGITS = 32;
const DIGITS = new TextEncoder().encode('0123456789abcdef');

/** Writes the 32 hexadecimal digits of an id as ASCII, from `at` on. */
export function putIdText(ids: Uint32Array, row: number, bytes: Uint8Array, at: number): void {
  let to = at;
  for (let word = row * ID_WORDS; word < (row + 1) * ID_WORDS; word += 1) {
    const value = ids[word] as number;
    for (let shift = 28; shift >= 0; shift -= 4) {
      bytes[to] = DIGITS[(value >>> shift) & 15] as number;
      to += 1;
    }
  }
}

/** Columns do not change, and several readers need their order. */
const orders = new WeakMap<Uint32Array, Uint32Array>();

/**
 * Row numbers in ascending order of their ids, equal ids in the order of rows; not to be written to. O(n): ids are
 * digests, evenly spread.
 */
export function sortedRows(ids: Uint32Array): Uint32Array {
  const order = orders.get(ids) ?? sorted(ids);
  orders.set(ids, order);
  return order;
}

function sorted(ids: Uint32Array): Uint32Array {
  const rows = new Uint32Array(ids.length / ID_WORDS).map((_, row) => row);
  if (rows.every((row) => row === 0 || compareIds(ids, row - 1, ids, row) <= 0)) return rows;
  return settleTies(ids, byDigit(ids, byDigit(ids, rows, 0), 16));
}

/** One stable pass of a radix sort by 16 bits of the first word. */
function byDigit(ids: Uint32Array, rows: Uint32Array, shift: number): Uint32Array {
  const digits = new Uint16Array(rows.length);
  const places = new Uint32Array(0x10001);
  for (let at = 0; at < rows.length; at += 1) {
    const digit = ((ids[(rows[at] as number) * ID_WORDS] as number) >>> shift) & 0xffff;
    digits[at] = digit;
    places[digit + 1] = (places[digit + 1] as number) + 1;
  }
  for (let at = 1; at < places.length; at += 1)
    places[at] = (places[at] as number) + (places[at - 1] as number);
  const ordered = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const digit = digits[at] as number;
    const place = places[digit] as number;
    ordered[place] = rows[at] as number;
    places[digit] = place + 1;
  }
  return ordered;
}

/** Insertion sort: only neighbours with the same first word can still be out of order. */
function settleTies(ids: Uint32Array, rows: Uint32Array): Uint32Array {
  for (let index = 1; index < rows.length; index += 1) {
    const row = rows[index] as number;
    let hole = index;
    for (; hole > 0 && compareIds(ids, rows[hole - 1] as number, ids, row) > 0; hole -= 1)
      rows[hole] = rows[hole - 1] as number;
    rows[hole] = row;
  }
  return rows;
}
