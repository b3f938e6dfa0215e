/** The beginning of a text of at most `units` UTF-16 units; no pair of surrogates is cut in two. */
export function cutUnits(text: string, units: number): string {
  if (text.length <= units) return text;
  const last = text.charCodeAt(units - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? units - 1 : units);
}

/** The beginning of a text of at most `bytes` bytes of UTF-8; no character is cut in two. */
export function cutBytes(text: string, bytes: number): string {
  const encoded = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return encoded.read >= text.length ? text : text.slice(0, encoded.read);
}

/** The text, or its beginning with a sentence that says so, in at most `units` UTF-16 units. */
export function fitUnits(text: string, units: number): string {
  return text.length <= units ? text : cutUnits(text, units - cutNote.length) + cutNote;
}

/** Like `fitUnits`, in bytes of UTF-8. */
export function fitBytes(text: string, bytes: number): string {
  return cutBytes(text, bytes) === text ? text : cutBytes(text, bytes - cutNote.length) + cutNote;
}

const cutNote = '\n\n(Cut here: GitHub takes no more. The whole report is in the job summary.)\n';
