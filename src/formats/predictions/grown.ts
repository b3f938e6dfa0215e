/** The larger array with the entries of the old one. */
export function grown<T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
