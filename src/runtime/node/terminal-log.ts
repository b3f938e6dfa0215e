import { randomBytes } from 'node:crypto';
import type { Log } from '../types.ts';
import {
  colourOf,
  commandData,
  fitToWidth,
  isCommand,
  printable,
  type Style,
  terminalFilter,
} from './terminal-text.ts';

/** What of a stream the log needs; `process.stderr` is one. */
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
 * A log for people. In a terminal: headings, indentation, colours (unless NO_COLOR) and one progress line. In
 * GitHub Actions: folds, and users' output fenced so that it can never act as a workflow command. Elsewhere plain. What
 * users print passes byte for byte, in a terminal without what would steer it.
 */
export function createTerminalLog({ stream, env }: Settings): Log {
  const actions = env['GITHUB_ACTIONS'] === 'true';
  const terminal = stream.isTTY === true && !actions;
  const paint = colourOf(terminal && !env['NO_COLOR']);
  const verbose = env['RUNNER_DEBUG'] === '1' || Boolean(env['TRAINYARD_DEBUG']);
  const filter = terminal ? terminalFilter() : null;
  let depth = 0;
  let fence: string | null = null;
  let atLineStart = true;
  let progress: string | null = null;

  const drawProgress = (): void => {
    if (progress !== null && atLineStart) stream.write(fitToWidth(progress, stream.columns ?? 80));
  };
  const openFence = (): void => {
    if (!actions || fence !== null) return;
    fence = randomBytes(16).toString('hex');
    stream.write(`::stop-commands::${fence}\n`);
  };
  const closeOutput = (): void => {
    const rest = filter?.rest();
    if (rest?.length) stream.write(rest);
    if (!atLineStart || rest?.length) stream.write('\n');
    atLineStart = true;
    if (fence !== null) stream.write(`::${fence}::\n`);
    fence = null;
  };
  const writeLines = (text: string, style: Style | null): void => {
    if (progress !== null && atLineStart) stream.write(clearLine);
    closeOutput();
    const indent = actions ? '' : '  '.repeat(depth);
    for (const line of text.split(/\r?\n/)) {
      const safe = `${indent}${printable(line)}`;
      if (actions && isCommand(safe)) openFence();
      stream.write(`${style ? paint(style, safe) : safe}\n`);
    }
    closeOutput();
    drawProgress();
  };
  const command = (name: string, text: string): void => {
    closeOutput();
    stream.write(`::${name}::${commandData(text)}\n`);
  };
  const endGroup = (): void => {
    if (depth === 0) return;
    depth -= 1;
    if (actions) command('endgroup', '');
  };

  return {
    info: (line) => writeLines(line, null),
    warn: (line) => (actions ? command('warning', line) : writeLines(`Warning: ${line}`, 'yellow')),
    error: (line) => (actions ? command('error', line) : writeLines(`Error: ${line}`, 'red')),
    debug(line) {
      if (actions) command('debug', line);
      else if (verbose) writeLines(line, 'dim');
    },
    group(title) {
      // A fold inside a fold is not possible in Actions: the runner ends the first.
      if (actions && depth > 0) endGroup();
      if (actions) command('group', title);
      else writeLines(title, 'bold');
      depth += 1;
    },
    endGroup,
    output(chunk) {
      if (chunk.length === 0) return;
      if (progress !== null && atLineStart) stream.write(clearLine);
      openFence();
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
