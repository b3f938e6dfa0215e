import { grown } from './grown.ts';

/** Distinct texts as UTF-8 and a code for each, in the order they were met. */
export interface ByteDictionary {
  /** The code of `bytes[from … to)`; a text not met before gets the next one. */
  codeOf(bytes: Uint8Array, from: number, to: number): number;
  size(): number;
  text(code: number): string;
  texts(): string[];
}

/** An open hash table over one pool of bytes: no text is made before somebody asks for it. */
export function createDictionary(): ByteDictionary {
  let pool = new Uint8Array(1024);
  let ends = new Uint32Array(64);
  let hashes = new Int32Array(64);
  let slots = new Int32Array(256).fill(-1);
  let size = 0;
  const startOf = (code: number) => (code === 0 ? 0 : (ends[code - 1] as number));

  const isText = (code: number, bytes: Uint8Array, from: number, to: number): boolean => {
    const start = startOf(code);
    if ((ends[code] as number) - start !== to - from) return false;
    for (let at = from, own = start; at < to; at += 1, own += 1) if (bytes[at] !== pool[own]) return false;
    return true;
  };

  const add = (bytes: Uint8Array, from: number, to: number, hash: number): number => {
    if (size === ends.length) {
      ends = grown(ends, new Uint32Array(size * 2));
      hashes = grown(hashes, new Int32Array(size * 2));
    }
    const start = startOf(size);
    const end = start + to - from;
    if (end > pool.length) pool = grown(pool, new Uint8Array(Math.max(end, pool.length * 2)));
    for (let at = from, own = start; at < to; at += 1, own += 1) pool[own] = bytes[at] as number;
    ends[size] = end;
    hashes[size] = hash;
    size += 1;
    return size - 1;
  };

  const rehash = (): void => {
    slots = new Int32Array(slots.length * 4).fill(-1);
    for (let code = 0; code < size; code += 1) {
      let slot = (hashes[code] as number) & (slots.length - 1);
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = code;
    }
  };

  const text = (code: number): string =>
    Buffer.from(pool.buffer, startOf(code), (ends[code] as number) - startOf(code)).toString();

  return {
    codeOf(bytes, from, to) {
      const hash = hashOf(bytes, from, to);
      const mask = slots.length - 1;
      let slot = hash & mask;
      for (let code = slots[slot] as number; code >= 0; code = slots[slot] as number) {
        if (hashes[code] === hash && isText(code, bytes, from, to)) return code;
        slot = (slot + 1) & mask;
      }
      const code = add(bytes, from, to, hash);
      slots[slot] = code;
      if (size * 2 > slots.length) rehash();
      return code;
    },
    size: () => size,
    text,
    texts: () => Array.from({ length: size }, (_, code) => text(code)),
  };
}

/** FNV-1a (Fowler, Noll, Vo 1991) with its high bits folded in. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}
