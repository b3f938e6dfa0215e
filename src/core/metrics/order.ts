const RADIX_BITS = 16;
const BUCKETS = 1 << RADIX_BITS;

/**
 * Row numbers by ascending value, equal values by row number: a least-significant-digit radix sort on the bits of
 * the doubles, O(n). −0 and 0 are equal; NaN is not allowed.
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const n = values.length;
  const digits = sortableDigits(values);
  let order = new Uint32Array(n);
  let next = new Uint32Array(n);
  for (let row = 0; row < n; row++) order[row] = row;
  const starts = new Uint32Array(BUCKETS);
  for (let pass = 0; pass < 4; pass++) {
    const digit = digits.subarray(pass * n, (pass + 1) * n);
    if (!bucketStarts(digit, starts)) continue;
    for (let i = 0; i < n; i++) {
      const row = order[i] as number;
      const bucket = digit[row] as number;
      next[starts[bucket] as number] = row;
      starts[bucket] = (starts[bucket] as number) + 1;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** Four 16-bit digits of each value, lowest first, whose unsigned order is the order of the numbers. */
function sortableDigits(values: Float64Array): Uint16Array {
  const n = values.length;
  const digits = new Uint16Array(4 * n);
  const view = new DataView(new ArrayBuffer(8));
  for (let row = 0; row < n; row++) {
    view.setFloat64(0, (values[row] as number) + 0);
    const high = view.getInt32(0);
    const low = view.getInt32(4);
    // Negative numbers sort backwards bit by bit, so all their bits turn; of the others only the sign does.
    const flip = high >> 31;
    const sortableHigh = high ^ (flip | 0x80000000);
    const sortableLow = low ^ flip;
    digits[row] = sortableLow;
    digits[n + row] = sortableLow >>> RADIX_BITS;
    digits[2 * n + row] = sortableHigh;
    digits[3 * n + row] = sortableHigh >>> RADIX_BITS;
  }
  return digits;
}

/** First place of each bucket; false when all digits are equal and the pass would change nothing. */
function bucketStarts(digit: Uint16Array, starts: Uint32Array): boolean {
  starts.fill(0);
  for (let row = 0; row < digit.length; row++) {
    const bucket = digit[row] as number;
    starts[bucket] = (starts[bucket] as number) + 1;
  }
  if (digit.length === 0 || starts[digit[0] as number] === digit.length) return false;
  let place = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const count = starts[bucket] as number;
    starts[bucket] = place;
    place += count;
  }
  return true;
}
