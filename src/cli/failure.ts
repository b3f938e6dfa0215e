import { describeFailure } from '../report/failure.ts';

/** Prints an error for a person (stderr) and, with `json`, as one document for a program (stdout); gives the exit code. */
export function explain(error: unknown, json: boolean): number {
  const { kind, exit, lines, message, place, hint } = describeFailure(error);
  process.stderr.write(`${lines.join('\n')}\n`);
  if (json) {
    const verdict = kind === 'error' ? 'error' : null;
    const document = { schema: 'trainyard/error', version: 1, verdict, kind, exit, message, place, hint };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }
  return exit;
}
