/** A target behind a command: a router with weights, its state one JSON file. Reads a step on stdin, answers on stdout. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , file] = process.argv;
const { step, placement, weight, to, folder } = JSON.parse(readFileSync(0, 'utf8'));
const state = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { placed: {}, stable: null, candidate: null };
const { placed } = state;

const steps = {
  current: () => ({
    stable: state.stable && placed[state.stable],
    candidate: state.candidate && { ...placed[state.candidate.deployment], weight: state.candidate.weight },
  }),
  stage: () => {
    const { deployment, version, digest } = placement;
    placed[deployment] = {
      deployment,
      version,
      digest,
      text: readFileSync(join(folder, 'model.bin'), 'utf8'),
    };
  },
  shift: () => {
    state.candidate = weight === 0 ? null : { deployment: placement.deployment, weight };
  },
  probe: () => {
    if (existsSync(`${file}.sick`)) throw new Error('the router is sick');
  },
  promote: () => {
    state.stable = placement.deployment;
    state.candidate = null;
  },
  rollback: () => {
    state.stable = to?.deployment ?? null;
    state.candidate = null;
    delete placed[placement.deployment];
  },
  retire: () => {},
};

try {
  const answer = steps[step]();
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
  process.stdout.write(JSON.stringify(answer ?? {}));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
