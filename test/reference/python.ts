import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * What a script beside this file answers to a request, as JSON on both sides. One process answers all cases, once: where
 * it fails every test fails alike. Without the interpreter that `npm test` prepares there is nothing to compare with.
 */
export function askPython<Answer>(script: string, request: object): () => Answer {
  let outcome: { answer: Answer } | { error: unknown } | undefined;
  return () => {
    if (outcome === undefined) {
      try {
        outcome = { answer: run(script, request) as Answer };
      } catch (error) {
        outcome = { error };
      }
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.answer;
  };
}

function run(script: string, request: object): unknown {
  const python = process.env['TRAINYARD_TEST_PYTHON'];
  if (!python) {
    throw new Error(
      'TRAINYARD_TEST_PYTHON is not set: run "npm test", which makes an environment with scikit-learn.',
    );
  }
  const path = fileURLToPath(new URL(script, import.meta.url));
  const input = JSON.stringify(request);
  const { status, error, stdout, stderr } = spawnSync(python, [path], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`The reference script ${script} failed (${error ?? status}): ${stderr}`);
  return JSON.parse(stdout);
}
