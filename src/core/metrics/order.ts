const DIGIT = 0xffff;
/** Which 32-bit word of a double in memory holds its sign and exponent. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;
/** Values looked at together; so many that agree in their upper word are sorted by insertion. */
const BLOCK = 512;

/** Row numbers by ascending value; `first[place]` is 1 where a value is the first of its kind. */
export interface Sorted {
  order: Uint32Array;
  first: Uint8Array;
}

/** Row numbers by ascending value, equal values by row number. −0 and 0 are equal; NaN is not allowed. */
export function ascendingOrder(values: Float64Array): Uint32Array {
  return sortRows(values).order;
}

/**
 * As `ascendingOrder`, with the places where values change. A radix sort on the upper 32 bits of the doubles (sign,
 * exponent and 20 bits of the fraction), then rows that these do not tell apart are put in order: O(n), or O(n log n)
 * where very many different numbers agree to six digits. Takes 11 bytes a row.
 */
export function sortRows(values: Float64Array): Sorted {
  const order = byUpperWord(values);
  return { order, first: settle(order, values) };
}

function byUpperWord(values: Float64Array): Uint32Array {
  const n = values.length;
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * n);
  const { lower, upper } = bucketStarts(words, n);
  const half = new Uint32Array(n);
  const digits = new Uint16Array(n);
  for (let row = 0; row < n; row++) {
    const key = sortable(words, row);
    const bucket = key & DIGIT;
    const place = lower[bucket] as number;
    lower[bucket] = place + 1;
    half[place] = row;
    digits[place] = key >>> 16;
  }
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const bucket = digits[i] as number;
    const place = upper[bucket] as number;
    upper[bucket] = place + 1;
    order[place] = half[i] as number;
  }
  return order;
}

/** The upper word as an unsigned number whose order is that of the doubles: all bits of negative ones are turned. */
function sortable(words: Uint32Array, at: number): number {
  const high = words[2 * at + HIGH] as number;
  if (high === 0x80000000 && words[2 * at + 1 - HIGH] === 0) return 0x80000000;
  return (high ^ ((high >> 31) | 0x80000000)) >>> 0;
}

/** First place of each bucket, of both halves of the upper word. */
function bucketStarts(words: Uint32Array, n: number): { lower: Uint32Array; upper: Uint32Array } {
  const lower = new Uint32Array(DIGIT + 1);
  const upper = new Uint32Array(DIGIT + 1);
  for (let row = 0; row < n; row++) {
    const key = sortable(words, row);
    lower[key & DIGIT] = (lower[key & DIGIT] as number) + 1;
    upper[key >>> 16] = (upper[key >>> 16] as number) + 1;
  }
  for (const counts of [lower, upper]) {
    let place = 0;
    for (let bucket = 0; bucket <= DIGIT; bucket++) {
      const count = counts[bucket] as number;
      counts[bucket] = place;
      place += count;
    }
  }
  return { lower, upper };
}

/** Orders rows whose upper words agree by their whole value, a block of places at a time; returns where values change. */
function settle(order: Uint32Array, values: Float64Array): Uint8Array {
  const n = order.length;
  const first = new Uint8Array(n);
  const block = new Float64Array(BLOCK);
  const words = new Uint32Array(block.buffer);
  for (let start = 0; start < n; ) {
    const length = Math.min(BLOCK, n - start);
    for (let i = 0; i < length; i++) block[i] = values[order[start + i] as number] as number;
    let end = length;
    if (start + length < n)
      while (end > 0 && sortable(words, end - 1) === sortable(words, length - 1)) end -= 1;
    if (end === 0) start = settleRun(order, values, first, start);
    else {
      settleBlock(order, block, first, start, end);
      start += end;
    }
  }
  return first;
}

function settleBlock(
  order: Uint32Array,
  block: Float64Array,
  first: Uint8Array,
  start: number,
  length: number,
): void {
  for (let i = 1; i < length; i++) {
    const value = block[i] as number;
    if (!((block[i - 1] as number) > value)) continue;
    const row = order[start + i] as number;
    let hole = i;
    for (; hole > 0 && (block[hole - 1] as number) > value; hole--) {
      block[hole] = block[hole - 1] as number;
      order[start + hole] = order[start + hole - 1] as number;
    }
    block[hole] = value;
    order[start + hole] = row;
  }
  first[start] = 1;
  for (let i = 1; i < length; i++) first[start + i] = block[i] === block[i - 1] ? 0 : 1;
}

/** A run of equal upper words longer than a block; returns the place after it. */
function settleRun(order: Uint32Array, values: Float64Array, first: Uint8Array, start: number): number {
  const value = new Float64Array(1);
  const words = new Uint32Array(value.buffer);
  const at = (place: number) => values[order[place] as number] as number;
  const high = (place: number) => {
    value[0] = at(place);
    return sortable(words, 0);
  };
  const key = high(start);
  let end = start + 1;
  let ascending = true;
  for (; end < order.length && high(end) === key; end++) ascending &&= at(end) >= at(end - 1);
  const run = order.subarray(start, end);
  if (!ascending) run.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  first[start] = 1;
  for (let place = start + 1; place < end; place++) first[place] = at(place) === at(place - 1) ? 0 : 1;
  return end;
}
