/** The files of the scratch repository: examples/minimal, and the workflows that users copy. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path) => readFileSync(join(root, path), 'utf8');
const shipped = 'trainyard/trainyard';
const shippedRef = 'v1';
const pipeline = '.github/workflows/pipeline.yml';

export const model = 'tumours';
export const workflows = {
  gate: '.github/workflows/trainyard.yml',
  report: '.github/workflows/trainyard-report.yml',
};

/** What the example's pipeline imports. */
const requirements = 'scikit-learn\npyyaml\n';

/**
 * Path → text. Other actions than the shipped ones are named everywhere: the reusable workflow, which names its own, is
 * then brought along.
 * @param {{repository: string, ref: string}} action
 */
export function projectFiles(action, defaultBranch) {
  const named = (text) =>
    text
      .replaceAll('$default-branch', defaultBranch)
      .replaceAll(/trainyard\/trainyard((?:\/[\w./-]+)?)@v1/g, `${action.repository}$1@${action.ref}`);
  const example = ['trainyard.yml', 'params.yaml', 'train.py', 'evaluate.py', '.gitignore'];
  const files = {
    ...Object.fromEntries(example.map((name) => [name, read(`examples/minimal/${name}`)])),
    'requirements.txt': requirements,
    [workflows.gate]: named(read('workflows-templates/trainyard.yml')),
    [workflows.report]: named(read('workflows-templates/trainyard-report.yml')),
  };
  if (action.repository === shipped && action.ref === shippedRef) return files;
  const called = `${action.repository}/${pipeline}@${action.ref}`;
  files[workflows.gate] = files[workflows.gate].replace(called, `./${pipeline}`);
  return { ...files, [pipeline]: named(read(pipeline)) };
}

/** `params.yaml` with another strength of regularisation: 1.0 is what main has, 1.001 changes next to nothing. */
export function paramsWith(strength) {
  return read('examples/minimal/params.yaml').replace(/^C: .*$/m, `C: ${strength}`);
}
