import { createHash } from 'node:crypto';

/** What the model is made of. */
const inputs = ['train.py', 'params.yaml', 'data.csv'];

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const configText = (margin) => `version: 1
model: churn
pipeline:
  train: { run: python train.py, deps: [train.py, data.csv], params: [params.yaml], metrics: [metrics.json] }
gate:
  - { metric: accuracy, max-drop: 0.0${margin} }
`;

/** Files that a change touches, by what it is about. */
export function changeOf(random, about) {
  const number = random.between(1, 4);
  if (about === 'config') return { 'trainyard.yml': configText(number) };
  if (about === 'workflows') return { '.github/workflows/trainyard.yml': `on: pull_request # ${number}\n` };
  if (about === 'docs') return { [`docs/${random.between(1, 50)}.md`]: `${random.fraction()}` };
  return { [random.pick(inputs)]: `${number}\n` };
}

/** The project as it begins. */
export const firstFiles = {
  ...Object.fromEntries(inputs.map((name) => [name, '0\n'])),
  'trainyard.yml': configText(2),
  '.github/workflows/trainyard.yml': 'on: pull_request\n',
  'docs/1.md': 'words\n',
};

/** What decides how a commit's model comes out: its inputs, its configuration, its workflows. */
export function factsOf({ repository, modules }, sha) {
  const { objects } = repository;
  const { tree } = objects.get(sha);
  const files = modules.gitTrees.filesOf(objects, tree);
  const idOf = (path) => files.get(path)?.sha ?? '';
  const key = sha256(inputs.map(idOf).join(' '));
  const config = objects.get(idOf('trainyard.yml')).bytes.toString();
  return { sha, tree, key, config: sha256(config), workflows: idOf('.github/workflows/trainyard.yml') };
}

/** Whether a run of one commit may stand for another. */
export const alike = (a, b) => a.key === b.key && a.config === b.config && a.workflows === b.workflows;

/** What training yields: the same inputs, the same value. */
export const yieldOf = ({ key }) => Number.parseInt(key.slice(0, 8), 16) / 2 ** 32;

/** The record of a run of the commit that a context is about. */
export function trainedRecord({ modules }, facts, context, value = yieldOf(facts)) {
  const { makeRecord, makeCommit, makeMetric, digits } = modules.records;
  const { headSha, builtSha, tree, baseSha, event, pullRequest, workflowPath, attempt, branch } = context;
  const record = makeRecord(`run of ${builtSha}`, {
    run_key: facts.key,
    metrics: [makeMetric('accuracy', value)],
    commit: makeCommit(builtSha, {
      ...{ head_sha: headSha, tree, base_sha: baseSha, event, pr: pullRequest },
      ...{ workflow_path: workflowPath, attempt, branch },
    }),
    digests: {
      rows: null,
      labels: null,
      evaluator: null,
      inputs: digits(facts.key, 64),
      config: facts.config,
    },
    trust: context.trust,
  });
  return { ...record, id: modules.keys.recordId(record) };
}

/** What the verbs of a job work with: GitHub by API, and runs as the job before handed them over. */
export function depsOf(modules, { runtime, platform, ledger }, context, runs) {
  const none = (what) => () => Promise.reject(new Error(`this job has no ${what}`));
  const deps = {
    ...{ runtime, platform, ledger, runs, root: '/job', stateFolder: '/job/state' },
    worktrees: { add: none('worktrees') },
    engine: none('engines'),
    blobs: () => ({ has: async () => true, put: none('blobs'), get: async () => false }),
    config: () => modules.configAt.configOf(deps, context),
  };
  return deps;
}
