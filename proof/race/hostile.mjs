import { factsOf, trainedRecord } from './project.mjs';
import { keep } from './workflow.mjs';

/** The value that only a hostile record claims. */
export const evil = 0.999;

/**
 * Plants a record that claims to be a splendid run of a proposal, newer than all others: its key and configuration are
 * those of the commit, and one thing about it is not as GitHub knows it. Gives the proposal, `null` when there is none.
 */
export function plantHostile(history, random) {
  const { github, repository } = history;
  const open = [...repository.issues.values()].filter(({ state }) => state === 'open');
  if (open.length === 0) return null;
  const issue = random.pick(open);
  const { number, pull } = issue;
  const built = repository.refs.get(`refs/pull/${number}/merge`);
  // Of the runs of a head only the newest are looked at: more lies would push the true one out, which is no promotion.
  const planted = history.planted.get(pull.head.sha) ?? 0;
  if (built === undefined || planted >= 2) return null;
  history.planted.set(pull.head.sha, planted + 1);
  history.fork ??= github.state.repository('mallory/flights', { forkOf: repository });
  const claim = recordOf(history, pull, number, built);
  const possible = Object.entries(lies).map(([kind, lie]) => [kind, lie({ history, claim, random })]);
  const [kind, { record = claim, run = {}, name }] = random.pick(possible.filter(([, lie]) => lie !== null));
  history.hostile[kind] = (history.hostile[kind] ?? 0) + 1;
  const seed = { headSha: pull.head.sha, event: 'pull_request', headBranch: pull.head.ref, ...run };
  keep(history, github.state.workflowRun(repository, seed), named(history, record), name);
  return issue;
}

function recordOf(history, { head }, number, built) {
  const facts = factsOf(history, built);
  const { parents } = history.repository.objects.get(built);
  const trust = { level: 'pull_request', event: 'pull_request', token: 'read', protected_branch: false };
  const claim = trainedRecord(
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
  return { ...claim, finished: '2030-01-01T00:00:00.000Z' };
}

const named = ({ modules }, record) => ({ ...record, id: modules.keys.recordId(record) });
const claiming = (claim, commit) => ({ ...claim, commit: { ...claim.commit, ...commit } });
const mainOf = ({ repository }) => repository.refs.get('refs/heads/main');

/** Each lie: the record, the run it lies in, or its name; `null` where it would be the truth. */
const lies = {
  'another tree than its commit has': ({ history, claim }) => {
    const { head_sha, tree } = claim.commit;
    const isTrue = history.repository.objects.get(head_sha).tree === tree;
    return isTrue ? null : { record: claiming(claim, { built_sha: head_sha }) };
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
  'nothing false, from another workflow': ({ claim, random }) => {
    const path = random.pick([
      '.github/workflows/evil.yml',
      'trainyard.yml',
      '.github/workflows/trainyard.yaml',
    ]);
    return { run: { path }, record: claiming(claim, { workflow_path: random.pick([path, null]) }) };
  },
  'nothing false, from a dispatch': ({ claim }) => ({
    run: { event: 'workflow_dispatch' },
    record: claiming(claim, { event: 'workflow_dispatch' }),
  }),
  'another record than its name': () => ({ name: `trainyard-run-churn-${'a'.repeat(20)}` }),
  'another model': ({ claim }) => ({
    record: { ...claim, model: 'price' },
    name: `trainyard-run-churn-${claim.id}`,
  }),
};
