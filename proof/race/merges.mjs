import { makeRandom } from '../lib/random.mjs';
import { makeFaults } from './faults.mjs';
import { liveThrough } from './history.mjs';
import { evil, plantHostile } from './hostile.mjs';
import { makeJobs } from './jobs.mjs';
import { jobViolations } from './jobs-hold.mjs';
import { factsOf, yieldOf } from './project.mjs';
import { openSite } from './site.mjs';
import { makeWorld } from './world.mjs';

/**
 * One repository of one seed that merges in all ways: what reaches the default branch is recorded by the run that was
 * made for it, without training where one was; proposals are judged against the right run; no hostile record counts.
 */
export async function runHistory(modules, seed) {
  const random = makeRandom(seed);
  const world = makeWorld(random.fork(), Date.UTC(2026, 2, 2));
  const site = await openSite({ modules, world, random: random.fork(), lags: false });
  const share = random.weighted([
    [3, 0],
    [2, 0.04],
  ]);
  const faults = makeFaults(random.fork(), share, {
    repository: site.repository.fullName,
    branch: 'trainyard',
  });
  site.faults = faults;
  const jobs = makeJobs({ world, site, random: random.fork(), modules });
  const violations = [];
  const wrong = (sentence) => void violations.push(sentence);
  const history = {
    ...{ ...site, ...jobs, site, world, modules, seed },
    ...{ trainings: 0, number: 1, computed: [], kept: [], queued: new Map(), recorded: new Map() },
    ...{ merged: {}, hostile: {}, planted: new Map(), saved: 0, needed: 0, judged: 0, most: {} },
    afterPush: (flow, facts, trained) => {
      pushHolds(history, facts, trained, wrong);
      requestsHold(history, flow, share, wrong);
    },
    judge: (flow) => baselineHolds(history, flow, wrong),
  };
  await liveThrough(history, { random, count: 24, plant: plantHostile });
  violations.push(...jobViolations({ site, all: jobs.all, ops: jobs.ops }, 'after'));
  await site.close().catch((error) => violations.push(error.message));
  return { seed, violations, history, faults: faults.counts };
}

/** A pushed commit is trained exactly where no run stands for it, and recorded as what training it gives. */
function pushHolds(history, facts, { mustTrain, trained }, wrong) {
  const short = facts.sha.slice(0, 7);
  if (trained > 0 && !mustTrain) wrong(`${short} was trained, although a run stood for it`);
  if (trained === 0 && mustTrain) wrong(`${short} was not trained, although no run stood for it`);
  history[mustTrain ? 'needed' : 'saved'] += 1;
  const record = recordAt(history, facts.sha);
  if (record === null) wrong(`${short} was not recorded`);
  else for (const what of falseIn(record, facts)) wrong(`${short} was recorded ${what}`);
}

/** What is not right about the record of a commit. */
function falseIn({ metrics: [{ value }], commit, trust, run_key, digests }, facts) {
  if (value === evil) return ['by a hostile run'];
  const expected = { built_sha: facts.sha, tree: facts.tree, event: 'push', dirty: false };
  const wrong = Object.keys(expected)
    .filter((name) => commit[name] !== expected[name])
    .map((name) => `with ${name} ${commit[name]}`);
  if (value !== yieldOf(facts) || run_key !== facts.key) wrong.push('by a run of other inputs');
  if (digests.config !== facts.config) wrong.push('by a run of another configuration');
  if (trust.level !== 'protected' || trust.event !== 'push') wrong.push(`as ${trust.level} (${trust.event})`);
  return wrong;
}

/**
 * Where nothing fails, the jobs of a push ask GitHub no more often than 22 times, and 8 times more for each run of the
 * head whose artifacts are looked at: the first and the last job each look for themselves.
 */
function requestsHold({ site, most }, { name, run }, share, wrong) {
  if (share > 0) return;
  const own = site.requests.filter(({ job }) => job.spec.run === run);
  const listed = own.filter(({ operation }) => operation === 'actions/list-workflow-run-artifacts').length;
  most.push = Math.max(most.push ?? 0, own.length);
  if (own.length > 22 + 4 * listed) wrong(`${name} took ${own.length} requests for ${listed / 2} runs`);
}

function recordAt({ repository, modules }, sha) {
  const tip = repository.refs.get(`refs/heads/${modules.layout.ledgerBranch}`);
  if (tip === undefined) return null;
  const files = modules.gitTrees.filesOf(repository.objects, repository.objects.get(tip).tree);
  const file = files.get(modules.layout.recordPath(sha, 'churn'));
  return file ? JSON.parse(repository.objects.get(file.sha).bytes.toString()) : null;
}

/** A proposal is judged against what its base was recorded with; nothing has to be computed. */
function baselineHolds(history, flow, wrong) {
  if (!flow.baseline) return;
  history.judged += 1;
  const { side, baseSha } = flow.baseline;
  const record = side?.record ?? null;
  if (record === null) {
    wrong(`${flow.name} has no baseline`);
    return;
  }
  const facts = factsOf(history, baseSha);
  if (record.metrics[0].value !== yieldOf(facts))
    wrong(`${flow.name} was judged against a run of other inputs`);
  if (side.how !== 'recorded') wrong(`${flow.name} was judged against a run that was ${side.how}`);
}
