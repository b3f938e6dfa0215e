import { CancelledError, ConfigError, formatPlace, StageError, UpstreamError } from '../core/errors.ts';
import { logLine } from '../report/escape.ts';

/** How an error reads and which exit code it has. */
interface Failure {
  kind: 'error' | 'upstream' | 'cancelled' | 'bug';
  exit: 2 | 3 | 130;
  lines: string[];
}

/** Prints an error for a person (stderr) and, with `json`, as one document for a program (stdout); gives the exit code. */
export function explain(error: unknown, json: boolean): number {
  const failure = failureOf(error);
  const lines = failure.lines.flatMap((text) => text.split('\n')).map(terminalLine);
  process.stderr.write(`${lines.join('\n')}\n`);
  if (json) {
    const document = {
      schema: 'trainyard/error',
      version: 1,
      verdict: failure.kind === 'error' ? 'error' : null,
      kind: failure.kind,
      exit: failure.exit,
      message: error instanceof Error ? error.message : String(error),
      place: error instanceof ConfigError ? (error.place ?? null) : null,
      hint: hintOf(error) ?? null,
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }
  return failure.exit;
}

/** Messages quote names from files: nothing in them may steer a terminal or a runner. Indentation stays. */
function terminalLine(line: string): string {
  const [, indentation = '', rest = ''] = /^( *)(.*)$/s.exec(line) ?? [];
  return indentation + logLine(rest);
}

function failureOf(error: unknown): Failure {
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
