import { factsOf, trainedRecord } from './project.mjs';
import { keep } from './workflow.mjs';

/** The value that only a hostile record claims. */
export const evil = 0.999;

/**
 * Plants a record that claims to be a splendid run of a proposal: its key and configuration are those of the commit, and
 * one thing about it is not as GitHub knows it.
 */
export function plantHostile(history, random) {
  const { github, repository } = history;
  const open = [...repository.issues.values()].filter(({ state }) => state === 'open');
  if (open.length === 0) return;
  const { number, pull } = random.pick(open);
  const built = repository.refs.get(`refs/pull/${number}/merge`);
  const kind = random.pick(Object.keys(lies));
  // Of the runs of a head only the newest are looked at: more lies would push the true one out, which is no promotion.
  const planted = history.planted.get(pull.head.sha) ?? 0;
  if (built === undefined || planted >= 2) return;
  history.planted.set(pull.head.sha, planted + 1);
  history.hostile[kind] = (history.hostile[kind] ?? 0) + 1;
  history.fork ??= github.state.repository('mallory/flights', { forkOf: repository });
  const seed = { headSha: pull.head.sha, event: 'pull_request', headBranch: pull.head.ref };
  const claim = recordOf(history, pull, number, built);
  const { record = claim, run = {}, name } = lies[kind]({ history, claim, random });
  keep(history, github.state.workflowRun(repository, { ...seed, ...run }), named(history, record), name);
}

function recordOf(history, { head }, number, built) {
  const facts = factsOf(history, built);
  const { parents } = history.repository.objects.get(built);
  const trust = { level: 'pull_request', event: 'pull_request', token: 'read', protected_branch: false };
  return trainedRecord(
    history,
    facts,
    {
      ...{ headSha: head.sha, builtSha: built, tree: facts.tree, baseSha: parents[0], event: 'pull_request' },
      ...{
        pullRequest: number,
        workflowPath: '.github/workflows/trainyard.yml',
        attempt: 9,
        branch: head.ref,
      },
      trust: { ...trust, imported: false },
    },
    evil,
  );
}

const named = ({ modules }, record) => ({ ...record, id: modules.keys.recordId(record) });
const claiming = (claim, commit) => ({ ...claim, commit: { ...claim.commit, ...commit } });
const mainOf = ({ repository }) => repository.refs.get('refs/heads/main');

/** Each lie: the record, the run it lies in, or its name. */
const lies = {
  'another tree than its commit has': ({ history, claim }) => {
    const { tree } = history.repository.objects.get(mainOf(history));
    return { record: claiming(claim, { built_sha: claim.commit.head_sha, tree }) };
  },
  'a commit that is no merge of its head': ({ history, claim }) => {
    const sha = mainOf(history);
    return { record: claiming(claim, { built_sha: sha, tree: history.repository.objects.get(sha).tree }) };
  },
  'a commit that is not there': ({ claim }) => ({ record: claiming(claim, { built_sha: 'd'.repeat(40) }) }),
  'another head': ({ history, claim }) => ({ record: claiming(claim, { head_sha: mainOf(history) }) }),
  'another event': ({ claim }) => ({ record: claiming(claim, { event: 'push' }) }),
  'a dirty tree': ({ claim }) => ({ record: claiming(claim, { dirty: true }) }),
  'a run that failed': ({ claim }) => ({ record: { ...claim, status: 'failed' } }),
  'a laptop': ({ claim }) => ({
    record: {
      ...claiming(claim, { event: 'local' }),
      trust: { ...claim.trust, level: 'local', event: 'local' },
    },
  }),
  'a push, in a run for a proposal': ({ claim }) => ({
    record: {
      ...claiming(claim, { event: 'push' }),
      trust: { ...claim.trust, level: 'protected', event: 'push', protected_branch: true },
    },
  }),
  'nothing false, from a fork': ({ history }) => ({ run: { headRepository: history.fork } }),
  'nothing false, from another workflow': ({ random }) => ({
    run: {
      path: random.pick(['.github/workflows/evil.yml', 'trainyard.yml', '.github/workflows/trainyard.yaml']),
    },
  }),
  'nothing false, from a dispatch': () => ({ run: { event: 'workflow_dispatch' } }),
  'another record than its name': () => ({ name: `trainyard-run-churn-${'a'.repeat(20)}` }),
  'another model': ({ claim }) => ({
    record: { ...claim, model: 'price' },
    name: `trainyard-run-churn-${claim.id}`,
  }),
};
