/** Ids that order as these texts of at most 16 ASCII characters do. */
export function idsOf(texts: readonly string[]): Uint32Array {
  const bytes = new DataView(new ArrayBuffer(texts.length * 16));
  texts.forEach((text, row) => {
    for (let at = 0; at < text.length; at += 1) bytes.setUint8(row * 16 + at, text.charCodeAt(at));
  });
  return Uint32Array.from({ length: texts.length * 4 }, (_, word) => bytes.getUint32(word * 4));
}

/** The texts again. */
export function textsOf(ids: Uint32Array | null): string[] {
  const words = Array.from(ids ?? [], (word) =>
    String.fromCharCode(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255),
  );
  return Array.from({ length: words.length / 4 }, (_, row) =>
    words
      .slice(row * 4, row * 4 + 4)
      .join('')
      .replace(/\0+$/, ''),
  );
}

/** Four words as 32 hexadecimal digits, for each row. */
export function hexOf(ids: Uint32Array | null): string[] {
  const words = Array.from(ids ?? [], (word) => word.toString(16).padStart(8, '0'));
  return Array.from({ length: words.length / 4 }, (_, row) => words.slice(row * 4, row * 4 + 4).join(''));
}

/** The ids of these rows. */
export function pickIds(ids: Uint32Array | null, rows: readonly number[]): Uint32Array {
  return Uint32Array.from(rows.flatMap((row) => [...(ids ?? []).slice(row * 4, row * 4 + 4)]));
}
