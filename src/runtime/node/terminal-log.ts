import type { Log } from '../types.ts';
import { colourOf, fitToWidth, printable, type Style, terminalFilter } from './terminal-text.ts';

/** What of a stream a log needs; `process.stderr` is one. */
export interface LogStream {
  write(data: string | Uint8Array): boolean;
  once(event: 'drain', listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

interface Settings {
  stream: LogStream;
  env: Readonly<Record<string, string | undefined>>;
}

const clearLine = '\r\x1b[2K';
const newline = 10;

/**
 * A log for people. In a terminal: headings, indentation, colours (unless NO_COLOR) and one progress line. Elsewhere
 * plain. What users print passes byte for byte, in a terminal without what would steer it.
 */
export function createTerminalLog({ stream, env }: Settings): Log {
  const terminal = stream.isTTY === true;
  const paint = colourOf(terminal && !env['NO_COLOR']);
  const verbose = env['RUNNER_DEBUG'] === '1' || Boolean(env['TRAINYARD_DEBUG']);
  const filter = terminal ? terminalFilter() : null;
  let depth = 0;
  let atLineStart = true;
  let progress: string | null = null;

  const drawProgress = (): void => {
    if (progress !== null && atLineStart) stream.write(fitToWidth(progress, stream.columns ?? 80));
  };
  const closeOutput = (): void => {
    const rest = filter?.rest();
    if (rest?.length) stream.write(rest);
    if (!atLineStart || rest?.length) stream.write('\n');
    atLineStart = true;
  };
  const writeLines = (text: string, style: Style | null): void => {
    if (progress !== null && atLineStart) stream.write(clearLine);
    closeOutput();
    const indent = '  '.repeat(depth);
    for (const line of text.split(/\r?\n/)) {
      const safe = `${indent}${printable(line)}`;
      stream.write(`${style ? paint(style, safe) : safe}\n`);
    }
    drawProgress();
  };

  return {
    info: (line) => writeLines(line, null),
    warn: (line) => writeLines(`Warning: ${line}`, 'yellow'),
    error: (line) => writeLines(`Error: ${line}`, 'red'),
    debug(line) {
      if (verbose) writeLines(line, 'dim');
    },
    group(title) {
      writeLines(title, 'bold');
      depth += 1;
    },
    endGroup() {
      depth = Math.max(0, depth - 1);
    },
    output(chunk) {
      if (chunk.length === 0) return;
      if (progress !== null && atLineStart) stream.write(clearLine);
      const more = stream.write(filter === null ? chunk : filter.pass(chunk));
      atLineStart = chunk[chunk.length - 1] === newline;
      drawProgress();
      return more ? undefined : new Promise<void>((resolve) => stream.once('drain', () => resolve()));
    },
    progress(line) {
      if (!terminal) return;
      if (progress !== null && atLineStart) stream.write(clearLine);
      progress = line === null ? null : printable(line);
      drawProgress();
    },
  };
}
