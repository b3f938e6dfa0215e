const styles = { bold: '1', dim: '2', red: '31', yellow: '33' } as const;

export type Style = keyof typeof styles;

/** Paints when colours are on, else returns the text. */
export function colourOf(on: boolean): (style: Style, text: string) => string {
  return on ? (style, text) => `\x1b[${styles[style]}m${text}\x1b[0m` : (_style, text) => text;
}

/** Control characters and direction marks of a stranger's text made visible, so that they cannot steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (character === '\t') return character;
    const code = character.codePointAt(0) ?? 0;
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Cut so that a line does not wrap: a wrapped line cannot be overwritten. */
export function fitToWidth(line: string, columns: number): string {
  const room = Math.max(1, columns - 1);
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`;
}

const esc = String.fromCharCode(27);
/** Colours, moves of progress bars and nothing more; `latin1` text, so that no byte is lost. */
const harmless = String.raw`\[[0-9;:]{0,30}[mKABCDG]`;
const steering = new RegExp(
  `${esc}(${harmless})?|\u00c2[\u0080-\u009f]|(?![\t\n\b\r])[\\0-\u001f\u007f]`,
  'g',
);
const unfinished = new RegExp(`(?:${esc}(?:\\[[0-9;:]{0,30})?|\u00c2)$`);

/**
 * What a user's process prints, for a terminal: colours, the cursor's moves within reach of a progress bar and UTF-8
 * text pass; everything else that steers a terminal (titles, the clipboard, questions it answers as if typed, other
 * screens) becomes visible. A sequence cut by the end of a chunk waits for the next.
 */
export function terminalFilter(): { pass(chunk: Uint8Array): Uint8Array; rest(): Uint8Array } {
  let held = '';
  const shown = (text: string) =>
    Buffer.from(
      text.replace(steering, (found, colour?: string) =>
        colour === undefined
          ? `\\x${found
              .charCodeAt(found.length - 1)
              .toString(16)
              .padStart(2, '0')}`
          : found,
      ),
      'latin1',
    );
  return {
    pass(chunk) {
      const text = held + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
      held = unfinished.exec(text)?.[0] ?? '';
      return shown(text.slice(0, text.length - held.length));
    },
    rest() {
      const text = held;
      held = '';
      return shown(text);
    },
  };
}
