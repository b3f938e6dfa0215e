import { makeRandom } from '../lib/random.mjs';
import { makeFaults } from './faults.mjs';
import { askEverything } from './invariants.mjs';
import { makeJobs } from './jobs.mjs';
import { priorLedger } from './prior-ledger.mjs';
import { commentKey, makeFindings, pullRequestRun } from './pull-jobs.mjs';
import { drawRecords, recordJob } from './record-jobs.mjs';
import { openSite } from './site.mjs';
import { makeWorld } from './world.mjs';

const jobsPerOrder = 20;

/** A new head is reported on by a whole run, no sooner than this after it came. */
const soonestReportMs = 30_000;

/**
 * One order: 20 jobs of one seed, interleaved at every request, struck by faults, then a quiet run that tidies up. Gives
 * what was violated and what it took.
 */
export async function runOrder(modules, seed, { trace = false } = {}) {
  const random = makeRandom(seed);
  const world = makeWorld(random.fork(), Date.UTC(2026, 2, 2));
  const traits = {
    share: random.weighted([
      [2, 0],
      [3, 0.02],
      [3, 0.06],
      [2, 0.15],
      [1, 0.3],
    ]),
    lags: random.chance(0.35),
    spreadMs: random.pick([0, 2000, 20_000, 90_000]),
    moves: random.chance(0.75),
  };
  const site = await openSite({ modules, world, random: random.fork(), lags: traits.lags });
  const order = { seed, traits, modules, world, site, ...site, movedSeq: Number.POSITIVE_INFINITY };
  const { branch } = { branch: modules.layout.ledgerBranch };
  site.faults = makeFaults(random.fork(), traits.share, { repository: site.repository.fullName, branch });
  Object.assign(order, makeJobs({ world, site, random: random.fork(), modules }));
  prepare(order, random);
  plan(order, random);
  const { faults } = site;
  await world.run();
  const violations = askEverything(order, 'before');
  await settle(order);
  violations.push(...askEverything(order, 'after'));
  await site.close().catch((error) => violations.push(error.message));
  if (trace) printTrace(order);
  return { seed, traits, violations, order, faults: faults.counts };
}

/** What is there before the jobs come. */
function prepare(order, random) {
  const { github, repository, modules } = order;
  const { state } = github;
  order.commits = [1, 2, 3, 4].map((i) => {
    const parent = repository.refs.get('refs/heads/main');
    const sha = state.commit(repository, { files: { 'train.py': `${i + 1}` }, message: `Change ${i}` });
    return { sha, parent, tree: repository.objects.get(sha).tree };
  });
  state.commit(repository, { branch: 'change', files: { 'model.py': 'a' } });
  state.commit(repository, { branch: 'other', files: { 'other.py': 'a' } });
  const { number } = state.pullRequest(repository, { head: 'change' });
  const other = state.pullRequest(repository, { head: 'other' });
  const marker = modules.comment.markerOf(commentKey);
  const bot = 'github-actions[bot]';
  const say = (issue, login, body) => state.comment(repository, issue, { login, body });
  const untouched = [
    say(number, 'mona', `${marker}\nI am the robot`),
    say(number, bot, `${modules.comment.markerOf('nightly')}\nPass`),
    say(other.number, bot, `${marker}\nPass, of another pull request`),
    say(number, bot, `${marker} and more`),
    say(number, bot, `> ${marker}\n> Pass`),
  ];
  const prior = random.weighted([
    [5, 0],
    [4, 1],
    [1, 3],
  ]);
  for (let i = 0; i < prior; i += 1) say(number, bot, `${marker}\nBefore ${i}`);
  const copies = untouched.map((comment) => ({ ...comment }));
  Object.assign(order, { number, untouched: copies, marker, priorComments: prior });
  order.heads = [repository.issues.get(number).pull.head.sha];
  order.prior = priorLedger(order, random);
}

/** Twenty jobs: two of each run on the pull request, the rest append records. */
function plan(order, random) {
  const { world, traits } = order;
  const runs = random.between(3, 7);
  const soon = () => world.now() + Math.floor(random.fraction() * traits.spreadMs);
  const late = traits.moves ? random.between(1, runs - 1) : 0;
  for (let i = 0; i < runs - late; i += 1) planRun(order, random, `run ${i}`, soon(), false);
  if (traits.moves) {
    const move = soon() + random.between(0, 45_000);
    world.at(move, () => moveHead(order));
    for (let i = runs - late; i < runs; i += 1) {
      world.at(move + 500, () => planRun(order, random, `run ${i}`, soon(), true));
    }
  }
  const count = jobsPerOrder - 2 * runs;
  const records = drawRecords(random, order.modules.records.makeRecord, order.commits, count);
  records.forEach((record, i) => {
    const spec = recordJob({ ...order, name: `record ${i}`, record });
    world.at(soon(), () => order.launch(spec, 1));
  });
}

function planRun(order, random, name, moment, isNew) {
  const more = { dropped: random.chance(0.2), spared: false };
  const findings = makeFindings(random);
  const { start, report } = pullRequestRun({ ...order, name, findings, more });
  if (isNew) report.notBefore = order.movedAt + soonestReportMs;
  order.world.at(moment, () => order.launch(start, 1));
}

function moveHead(order) {
  const { github, repository, world } = order;
  const sha = github.state.commit(repository, { branch: 'change', files: { 'model.py': 'b' } });
  order.heads.push(sha);
  Object.assign(order, { movedSeq: world.seq(), movedAt: world.now() });
}

/** One more run on the newest head when nobody else is left, without faults: whatever was left behind is tidied up. */
async function settle(order) {
  const { site, world } = order;
  site.faults = null;
  order.github.state.raw.visibility.shown = (items) => [...items];
  const findings = { conclusion: 'success', annotations: [] };
  const { start, report } = pullRequestRun({ ...order, name: 'last', findings });
  order.last = report.run;
  order.launch(start, 1);
  await world.run();
}

function printTrace({ site, jobs, ops }) {
  for (const { seq, at, job, op, operation, status, fault } of site.requests) {
    const time = (at / 1000) % 100_000;
    process.stdout.write(
      `${seq}\t${time.toFixed(2)}\t${job.name}\t${op?.kind ?? ''}\t${operation} ${status}${fault ? `\t! ${fault}` : ''}\n`,
    );
  }
  for (const { kind, job, name, said, start, end, state, result } of ops)
    process.stdout.write(
      `${kind}\t${job.name}\t${name ?? said ?? ''}\t${start}–${end}\t${state}\t${JSON.stringify(result)}\n`,
    );
  void jobs;
}
