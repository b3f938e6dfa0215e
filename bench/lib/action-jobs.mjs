/** How many requests the jobs of a workflow run make: a pull request whose base was recorded, and its base. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveGitHub } from '../../test/rig/serve.mjs';
import { sum } from './budget.mjs';
import { makeStep, runStep } from './job-step.mjs';

const repository = 'octo/churn';
const seeds = new URL('seeds.mjs', import.meta.url);
const zeros = '0'.repeat(40);

const files = {
  'trainyard.yml': `version: 1
model: churn
pipeline:
  train: { run: cp params.yaml model.txt, params: [params.yaml], outs: [model.txt] }
  evaluate: { run: node evaluate.mjs, deps: [evaluate.mjs, model.txt], predictions: predictions.csv }
gate:
  - { metric: accuracy, min: 0.7, max-drop: 0.02 }
`,
  'params.yaml': 'errors: 40\n',
  'evaluate.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
const errors = Number(/errors: (\\d+)/.exec(readFileSync('model.txt', 'utf8'))[1]);
const row = (i) => \`\${i},\${i % 2},\${(i * 37) % 400 < errors ? 1 - (i % 2) : i % 2}\`;
const rows = Array.from({ length: 400 }, (_, i) => row(i));
writeFileSync('predictions.csv', ['id,label,prediction', ...rows, ''].join('\\n'));
`,
  '.gitignore': 'model.txt\npredictions.csv\n',
};

/** A project with a change on a branch of its own. */
function makeProject(folder) {
  mkdirSync(folder);
  const git = makeGit(folder);
  git('init', '--quiet', '--initial-branch=main');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
  git('switch', '--quiet', '--create', 'change');
  writeFileSync(join(folder, 'params.yaml'), 'errors: 80\n');
  git('commit', '--quiet', '--all', '--message', 'Change');
  git('switch', '--quiet', 'main');
  return folder;
}

function makeGit(cwd) {
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  return (...args) => {
    const { status, stderr } = spawnSync('git', [...person, ...args], { cwd, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
}

export async function countJobs({ node, folder, actions, hold }) {
  const project = makeProject(join(folder, 'project'));
  const github = await serveGitHub();
  try {
    await github.run(seeds, 'importProject', { repository, folder: project });
    const run = (job) => runJobs({ node, actions, site: { github, repository, folder } }, job);
    await run(await github.run(seeds, 'pushJob', { repository, before: zeros }));
    const pushed = await github.run(seeds, 'takeRequests');
    await run(await github.run(seeds, 'pullJob', { repository, branch: 'change' }));
    const judged = await github.run(seeds, 'takeRequests');
    const { checks } = await github.run(seeds, 'shown', { repository });
    if (checks.join() !== 'failure')
      throw new Error(`The change was not judged: ${checks.join() || 'no check'}.`);
    hold('requests of a run for a pull request (start, train, report)', sum(judged), 25);
    hold('requests of a run for a push (start, train, record)', sum(pushed), 25);
  } finally {
    await github.close();
  }
}

/** The jobs of the shipped workflow, one after the other. */
async function runJobs({ node, actions, site }, job) {
  const step = (file, made) =>
    runStep(makeStep(site, { ...job, ...made }), [node, join(actions, 'actions', file)], [0, 1]);
  const { plan, mode, train } = step('trainyard.js', { inputs: { phase: 'start' } });
  const trains = train !== 'false';
  if (trains) {
    const workspace = await checkout(site, job.sha);
    step('train/index.js', { inputs: { plan }, workspace, token: undefined });
  }
  const inputs = { 'train-result': trains ? 'success' : 'skipped' };
  step(mode === 'record' ? 'record/index.js' : 'gate/index.js', { inputs });
}

/** What `actions/checkout` with `fetch-depth: 0` leaves. */
async function checkout({ github, repository, folder }, sha) {
  const bare = join(folder, 'remote.git');
  await github.run(seeds, 'exportTo', { repository, folder: bare });
  const workspace = mkdtempSync(join(folder, 'checkout-'));
  const git = makeGit(workspace);
  git('init', '--quiet');
  git('fetch', '--quiet', bare, '+refs/heads/*:refs/remotes/origin/*', sha);
  git('checkout', '--quiet', '--detach', sha);
  return workspace;
}
