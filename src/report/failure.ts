import {
  CancelledError,
  ConfigError,
  formatPlace,
  type Place,
  StageError,
  UpstreamError,
} from '../core/errors.ts';
import { logLine } from './escape.ts';

/** How an error reads and which exit code it has. */
export interface Failure {
  kind: 'error' | 'upstream' | 'cancelled' | 'bug';
  exit: 2 | 3 | 130;
  /** Nothing in them can steer a terminal or a runner. */
  lines: string[];
  message: string;
  place: Place | null;
  hint: string | null;
}

/** Whatever was thrown, as a person reads it. What is none of our errors is a bug and comes with its stack. */
export function describeFailure(error: unknown): Failure {
  const { kind, exit, lines } = told(error);
  return {
    kind,
    exit,
    lines: lines.flatMap((text) => text.split('\n')).map(safeLine),
    message: error instanceof Error ? error.message : String(error),
    place: error instanceof ConfigError ? (error.place ?? null) : null,
    hint: hintOf(error) ?? null,
  };
}

/** Messages quote names from files: nothing in them may steer a terminal or a runner. Indentation stays. */
function safeLine(line: string): string {
  const [, indentation = '', rest = ''] = /^( *)(.*)$/s.exec(line) ?? [];
  return indentation + logLine(rest);
}

function told(error: unknown): Pick<Failure, 'kind' | 'exit' | 'lines'> {
  if (error instanceof ConfigError) {
    const place = error.place ? `${logLine(formatPlace(error.place))}: ` : '';
    return { kind: 'error', exit: 2, lines: [`error: ${place}${error.message}`, ...details(error)] };
  }
  if (error instanceof StageError)
    return { kind: 'error', exit: 2, lines: [`error: ${error.message}`, ...details(error)] };
  if (error instanceof UpstreamError) {
    return {
      kind: 'upstream',
      exit: 3,
      lines: [`error: ${error.message}`, ...details(error), 'This is no verdict on the model.'],
    };
  }
  if (error instanceof CancelledError)
    return { kind: 'cancelled', exit: 130, lines: [`cancelled: ${error.message}`] };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'bug', exit: 2, lines: ['error: this is a bug in trainyard, not in your project:', stack] };
}

/** What the message leaves open; some say their remedy themselves. */
function details(error: {
  message: string;
  expected?: string | undefined;
  hint?: string | undefined;
}): string[] {
  const isNew = (text: string | undefined) => text !== undefined && !error.message.includes(text);
  return [
    ...(error.expected === undefined ? [] : [`  expected: ${error.expected}`]),
    ...(isNew(error.hint) ? [`  how to mend it: ${error.hint}`] : []),
  ];
}

function hintOf(error: unknown): string | undefined {
  if (error instanceof ConfigError || error instanceof StageError || error instanceof UpstreamError)
    return error.hint;
  return undefined;
}
