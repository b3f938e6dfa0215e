/** A job on a push that appends the record of a commit and model to the ledger. */
export function recordJob({ github, repository, name, record }) {
  const sha = record.commit.built_sha;
  const run = github.state.workflowRun(repository, { headSha: sha, event: 'push', status: 'in_progress' });
  return {
    ...{ name, kind: 'record', run, event: 'push', sha, ref: 'refs/heads/main' },
    payload: { repository: { default_branch: 'main' }, after: sha, before: record.commit.base_sha },
    work: async ({ platform, ledger, doing }) => {
      await platform.context();
      await doing('append', { record }, () => ledger.append(record));
    },
  };
}

/** Records of runs: several commits and models, some commits run twice, some records by two jobs. */
export function drawRecords(random, makeRecord, commits, count) {
  const records = [];
  for (let i = 0; i < count; i += 1) {
    const again = records.length > 0 ? random.fraction() : 1;
    if (again < 0.25) records.push(random.pick(records));
    else if (again < 0.45) records.push(attemptOf(random, makeRecord, random.pick(records), i));
    else records.push(fresh(random, makeRecord, random.pick(commits), i));
  }
  return records;
}

const models = ['churn', 'churn', 'price'];

function fresh(random, makeRecord, commit, number) {
  const metrics = Array.from({ length: random.between(1, 4) }, (_, i) =>
    metric(`metric_${i}`, random.fraction()),
  );
  return makeRecord(`record ${number}`, {
    model: random.pick(models),
    commit: commitOf(commit),
    trust: { level: 'protected', event: 'push', token: 'write', protected_branch: true, imported: false },
    ...{ metrics, finished: moment(random) },
  });
}

/** Another run of the same commit and model. */
function attemptOf(random, makeRecord, { model, commit, trust }, number) {
  return makeRecord(`record ${number}`, { model, commit, trust, attempt: 2, finished: moment(random) });
}

function moment(random) {
  return new Date(Date.UTC(2026, 2, 1) + random.between(0, 9) * 60_000).toISOString();
}

function commitOf({ sha, tree, parent }) {
  return {
    ...{ head_sha: sha, built_sha: sha, tree, base_sha: parent, event: 'push', pr: null },
    ...{ workflow_path: '.github/workflows/trainyard.yml', attempt: 1, branch: 'main', dirty: false },
  };
}

export function metric(id, value) {
  const identity = { id, average: null, positive_label: null, threshold: null, k: null };
  return {
    ...{ name: id, identity: { ...identity, labels: null, split: null, dataset: null } },
    ...{ slice: null, class: null, value, state: 'ok', direction: 'higher', n: 100, source: 'rows' },
  };
}
