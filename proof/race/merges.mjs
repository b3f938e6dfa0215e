import { makeFaults } from './faults.mjs';
import { liveThrough } from './history.mjs';
import { evil, plantHostile } from './hostile.mjs';
import { makeJobs } from './jobs.mjs';
import { jobViolations } from './jobs-hold.mjs';
import { factsOf, yieldOf } from './project.mjs';
import { makeRandom } from './random.mjs';
import { openSite } from './site.mjs';
import { makeWorld } from './world.mjs';

/** Most requests of a workflow run that records a commit: its first and its last job each look for themselves. */
const requestsOfPush = 36;

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

/** The record of a pushed commit says what training it would have given, and was not trained for where a run was there. */
function pushHolds(history, facts, { mayTrain, trained }, wrong) {
  const { sha } = facts;
  const short = sha.slice(0, 7);
  if (trained > 0 && !mayTrain) wrong(`${short} was trained, although a run stood for it`);
  history[mayTrain ? 'needed' : 'saved'] += 1;
  const record = recordAt(history, sha);
  if (record === null) {
    wrong(`${short} was not recorded`);
    return;
  }
  const [{ value }] = record.metrics;
  if (value === evil) wrong(`${short} was recorded by a hostile run`);
  const expected = { built_sha: sha, tree: facts.tree, event: 'push', dirty: false };
  for (const [name, is] of Object.entries(expected))
    if (record.commit[name] !== is) wrong(`${short} was recorded with ${name} ${record.commit[name]}`);
  if (value !== yieldOf(facts) || record.run_key !== facts.key)
    wrong(`${short} was recorded by a run of other inputs`);
  if (record.digests.config !== facts.config && record.commit.tree !== facts.tree)
    wrong(`${short} was recorded by a run of another configuration`);
  if (record.trust.level !== 'protected' || record.trust.event !== 'push')
    wrong(`${short} was recorded as ${record.trust.level}`);
}

/** Where nothing fails, the jobs of a push ask GitHub no more often than is promised. */
function requestsHold({ all, most }, { name, run }, share, wrong) {
  if (share > 0) return;
  const requests = all.filter(({ spec }) => spec.run === run).reduce((sum, job) => sum + job.requests, 0);
  most.push = Math.max(most.push ?? 0, requests);
  if (requests > requestsOfPush) wrong(`${name} took ${requests} requests`);
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
