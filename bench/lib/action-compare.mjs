/** `compare` as an action, its comment already there among 40 others, beside the comment one would write by hand. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveGitHub } from '../../test/rig/serve.mjs';
import { sum } from './budget.mjs';
import { bundleProgram } from './bundle-program.mjs';
import { makeStep, runStep } from './job-step.mjs';
import { loadedFrom } from './shipped.mjs';

const repository = 'octo/flights';
const seeds = new URL('seeds.mjs', import.meta.url);
const comments = 40;
const [aim, most] = [5, 7];

/** Metrics as evaluations write them; of two `kind`s, so that a comment changes with every run. */
function metricsOf(kind) {
  const value = (place) => 0.9 + kind / 100 - place / 1000;
  return Object.fromEntries(
    ['accuracy', 'roc_auc', 'f1', 'precision', 'recall', 'log_loss'].map((id, place) => [id, value(place)]),
  );
}

function writeMetrics(folder) {
  mkdirSync(folder);
  for (const [kind, file] of ['baseline', 'candidate-1', 'candidate-2'].entries())
    writeFileSync(join(folder, `${file}.json`), JSON.stringify(metricsOf(kind)));
}

export async function compareRows({ measure, row, node, folder, actions, hold, log }) {
  const workspace = join(folder, 'metrics');
  writeMetrics(workspace);
  const peer = bundleProgram('programs/sticky-comment.mjs', folder);
  const github = await serveGitHub({ rateLimit: 1_000_000 });
  try {
    const job = await github.run(seeds, 'pullWithComments', { repository, comments });
    const site = { github, repository, folder };
    const step = (candidate) =>
      makeStep(site, {
        ...{ ...job, workspace },
        inputs: { candidate, baseline: 'baseline.json', rules: 'accuracy:min=0.8\nroc_auc:max-drop=0.01' },
      });
    const [one, two] = [step('candidate-1.json'), step('candidate-2.json')];
    const ours = [node, join(actions, 'actions/compare/index.js')];
    await holdWork({ github, hold, one, two, ours, actions, folder });
    const run = (argv, { cwd, env }) => ({ argv, cwd, env });
    const [bare, first, second, beside] = measure([
      { argv: [node, '-e', '0'] },
      run(ours, one),
      run(ours, two),
      run([node, peer], one),
    ]);
    await holdComments(github);
    const seen = meanOf(first, second);
    log(
      `  CPU: ${(seen.cpu / bare.cpu).toFixed(1)} × bare node's (at most ${most}, aim ${aim}); the peer's: ${(beside.cpu / bare.cpu).toFixed(1)} ×`,
    );
    hold('peak memory', seen.peak, 90, ' MB');
    const work = 'compare in a pull request: comment updated';
    return [
      row(work, seen, 'bare node', bare),
      row(work, seen, 'an action of a page on @actions/github', beside),
    ];
  } finally {
    await github.close();
  }
}

/** Makes the comment, then counts what updating it takes. */
async function holdWork({ github, hold, one, two, ours, actions, folder }) {
  runStep(one, ours);
  await github.run(seeds, 'takeRequests');
  const coverage = join(folder, 'coverage');
  runStep({ ...two, env: { ...two.env, NODE_V8_COVERAGE: coverage } }, ours);
  const requests = await github.run(seeds, 'takeRequests');
  hold(
    `requests (${Object.entries(requests)
      .map((pair) => pair.join(' '))
      .join(', ')})`,
    sum(requests),
    3,
  );
  const { files, bytes } = loadedFrom(join(actions, 'dist'), coverage);
  hold(`code loaded, ${files.length} files of dist/`, bytes / 1e6, 0.9, ' MB');
}

/** One comment of ours and one of the peer's, and the 40 that were there. */
async function holdComments(github) {
  const { comments: bodies } = await github.run(seeds, 'shown', { repository });
  if (bodies.length === comments + 2) return;
  throw new Error(`There are ${bodies.length} comments:\n${bodies.slice(comments).join('\n---\n')}`);
}

function meanOf(one, two) {
  return Object.fromEntries(Object.entries(one).map(([key, value]) => [key, (value + two[key]) / 2]));
}
