import { alike, changeOf, factsOf, firstFiles } from './project.mjs';
import { judgeSpec, recordSpec, startSpec, train } from './workflow.mjs';

/** What may happen next in a repository, and how often. */
const steps = [
  [8, 'propose'],
  [2, 'push to a proposal'],
  [5, 'merge'],
  [2.5, 'queue'],
  [2, 'docs'],
  [1, 'code'],
  [0.6, 'config'],
  [0.6, 'workflows'],
  [7, 'hostile'],
  [3, 'advance and merge'],
];

const abouts = [
  [4, 'code'],
  [2, 'docs'],
  [0.7, 'config'],
  [0.5, 'workflows'],
];

/** People take longer than replicas of GitHub lag behind. */
const betweenStepsMs = 10_000;

/** The life of one repository: proposals, merges of all kinds, a default branch that advances, strangers at work. */
export async function liveThrough(history, { random, count, plant }) {
  const { github, repository } = history;
  github.state.commit(repository, { files: firstFiles, message: 'Begin' });
  await pushed(history, '0'.repeat(40), null);
  for (let i = 0; i < count; i += 1) {
    const step = random.weighted(steps);
    history.world.after(betweenStepsMs, () => {});
    await history.world.run();
    if (step === 'propose') await propose(history, random);
    else if (step === 'push to a proposal') await pushToProposal(history, random);
    else if (step === 'merge') await merge(history, random);
    else if (step === 'queue') await queue(history, random);
    else if (step === 'hostile') await beMergedAfter(history, random, plant(history, random));
    else if (step === 'advance and merge') await advanceAndMerge(history, random);
    else await advance(history, random, step);
  }
}

const tipOf = ({ repository }) => repository.refs.get('refs/heads/main');

const openPulls = ({ repository }) =>
  [...repository.issues.values()].filter(
    ({ state, pull }) => state === 'open' && pull.head.repository === repository,
  );

async function propose(history, random) {
  if (openPulls(history).length >= 4) return;
  const { github, repository } = history;
  const branch = `change-${history.number++}`;
  for (let i = random.between(1, 3); i > 0; i -= 1) {
    const files = changeOf(random, random.weighted(abouts));
    github.state.commit(repository, { branch, files, message: `Change ${history.number}.${i}` });
  }
  const { number } = github.state.pullRequest(repository, { head: branch });
  await proposalRun(history, random, number);
}

async function pushToProposal(history, random) {
  const open = openPulls(history);
  if (open.length === 0) return;
  const { number, pull } = random.pick(open);
  const files = changeOf(random, random.weighted(abouts));
  history.github.state.commit(history.repository, { branch: pull.head.ref, files, message: 'More' });
  await proposalRun(history, random, number);
}

/** The workflow on a proposal; now and then it is merged before one ran, or runs twice. */
async function proposalRun(history, random, number) {
  const { github, repository, world } = history;
  const { pull } = repository.issues.get(number);
  const mergeSha = repository.refs.get(`refs/pull/${number}/merge`);
  if (mergeSha === undefined || random.chance(0.1)) return;
  const { sha: headSha, ref } = pull.head;
  const run = github.state.workflowRun(repository, { headSha, event: 'pull_request', headBranch: ref });
  const payload = {
    repository: { default_branch: 'main' },
    pull_request: { number, head: { sha: headSha, ref }, base: { sha: pull.baseSha, ref: 'main' } },
  };
  const common = { run, event: 'pull_request', sha: mergeSha, ref: `refs/pull/${number}/merge`, payload };
  const flow = { name: `proposal ${number}`, run, common };
  history.launch(startSpec(history, flow), 1);
  await world.run();
  train(history, flow);
  history.launch(judgeSpec(history, flow), 1);
  await world.run();
  if (flow.trained) history.kept.push({ number, headSha, facts: factsOf(history, mergeSha) });
  history.judge(flow);
}

/** The proposal that a stranger lied about is merged, mostly: only then does the lie count. */
async function beMergedAfter(history, random, issue) {
  if (issue === null || random.chance(0.3)) return;
  if (random.chance(0.5)) await advance(history, random, 'docs');
  await merge(history, random, issue);
}

/** The default branch advances after a proposal was judged, and nobody judges it again. */
async function advanceAndMerge(history, random) {
  const open = openPulls(history);
  if (open.length === 0) return;
  await advance(history, random, random.pick(['docs', 'docs', 'code', 'config', 'workflows']));
  await merge(history, random, random.pick(open));
}

async function merge(history, random, issue = random.pick(openPulls(history))) {
  if (issue === undefined) return;
  const { number, pull } = issue;
  const method = random.pick(['merge', 'squash', 'rebase']);
  const before = tipOf(history);
  try {
    history.github.state.merge(history.repository, number, method);
  } catch {
    return;
  }
  history.merged[method] = (history.merged[method] ?? 0) + 1;
  await pushed(history, before, [{ number, headSha: pull.head.sha }]);
}

/** A group of the queue: each proposal on top of the one before, each with a run of its own; then the branch moves. */
async function queue(history, random) {
  const { github, repository } = history;
  const before = tipOf(history);
  const group = [];
  for (const { number, pull } of random.shuffled(openPulls(history)).slice(0, random.between(1, 3))) {
    const base = tipOf(history);
    try {
      github.state.merge(repository, number, random.pick(['merge', 'squash']));
    } catch {
      continue;
    }
    const sha = tipOf(history);
    repository.refs.set('refs/heads/main', base);
    await queueRun(history, number, sha, base);
    repository.refs.set('refs/heads/main', sha);
    group.push({ number, headSha: pull.head.sha, sha });
  }
  if (group.length === 0) return;
  history.merged.queue = (history.merged.queue ?? 0) + 1;
  await pushed(history, before, group);
}

async function queueRun(history, number, sha, base) {
  const { github, repository, world } = history;
  const ref = `refs/heads/gh-readonly-queue/main/pr-${number}-${base}`;
  repository.refs.set(ref, sha);
  const run = github.state.workflowRun(repository, { headSha: sha, event: 'merge_group' });
  const payload = {
    repository: { default_branch: 'main' },
    merge_group: { head_sha: sha, base_sha: base, head_ref: ref, base_ref: 'refs/heads/main' },
  };
  const flow = { name: `queue ${number}`, run, common: { run, event: 'merge_group', sha, ref, payload } };
  history.launch(startSpec(history, flow), 1);
  await world.run();
  train(history, flow);
  if (flow.trained) history.queued.set(sha, factsOf(history, sha));
  repository.refs.delete(ref);
}

async function advance(history, random, about) {
  const before = tipOf(history);
  history.github.state.commit(history.repository, { files: changeOf(random, about), message: about });
  if (tipOf(history) !== before) await pushed(history, before, null);
}

/** The workflow on a push to the default branch, and what must come of it. */
async function pushed(history, before, brought) {
  const { github, repository, world } = history;
  const sha = tipOf(history);
  const facts = factsOf(history, sha);
  const run = github.state.workflowRun(repository, { headSha: sha, event: 'push' });
  const payload = { repository: { default_branch: 'main' }, ref: 'refs/heads/main', before, after: sha };
  const flow = { name: `push ${sha.slice(0, 7)}`, run };
  flow.common = { run, event: 'push', sha, ref: 'refs/heads/main', payload };
  const trainings = history.trainings;
  history.launch(startSpec(history, flow), 1);
  await world.run();
  train(history, flow);
  history.launch(recordSpec(history, flow), 1);
  await world.run();
  const mustTrain = !standIns(history, facts, before, brought).some((one) => alike(one, facts));
  history.recorded.set(sha, facts);
  history.afterPush(flow, facts, { mustTrain, trained: history.trainings - trainings });
}

/** Facts of the runs that may stand for a pushed commit, by the book. */
function standIns(history, { sha }, before, brought) {
  const last = (brought ?? []).filter((one) => (one.sha ?? sha) === sha);
  const ofPulls = history.kept.filter((run) =>
    last.some(({ number, headSha }) => run.number === number && run.headSha === headSha),
  );
  const queued = history.queued.get(sha);
  const recorded = history.recorded.get(before);
  return [...ofPulls.map(({ facts }) => facts), ...(queued ? [queued] : []), ...(recorded ? [recorded] : [])];
}
