/** Name of the aggregate check, and of one model's. */
export const checkNames = ['trainyard', 'trainyard / churn'];

/** Key of the comment that all report jobs share. */
export const commentKey = 'trainyard';

/** What a run reports; the same in each of its attempts, but for the attempt's number. */
export function makeFindings(random) {
  const count = random.weighted([
    [6, 0],
    [3, random.between(1, 5)],
    [1, random.between(51, 120)],
  ]);
  return {
    conclusion: random.pick(['success', 'failure', 'neutral']),
    annotations: Array.from({ length: count }, (_, i) => ({
      path: 'trainyard.yml',
      line: i + 1,
      level: 'failure',
      title: `Rule ${i + 1}`,
      message: 'Too low',
    })),
  };
}

/** The first line of what a report says: it tells the attempt by which it was said. */
export const bodyOf = (run, attempt) => `Run ${run.id}, attempt ${attempt}`;

/** The two jobs of a run on one head of a pull request: `start` opens its check, `report` comments and closes it. */
export function pullRequestRun({ modules, github, repository, number, name, findings, more = {} }) {
  const { pull } = repository.issues.get(number);
  const mergeSha = repository.refs.get(`refs/pull/${number}/merge`);
  const { sha: headSha, ref } = pull.head;
  const run = github.state.workflowRun(repository, {
    headSha,
    event: 'pull_request',
    headBranch: ref,
    status: 'in_progress',
  });
  const payload = {
    repository: { default_branch: 'main' },
    pull_request: { number, head: { sha: headSha, ref }, base: { sha: pull.baseSha, ref: pull.base } },
  };
  const common = {
    run,
    headSha,
    event: 'pull_request',
    sha: mergeSha,
    ref: `refs/pull/${number}/merge`,
    payload,
  };
  const post = {
    ...{ ...common, name: `${name} post`, kind: 'report', once: true },
    work: (tools) => postWork(tools, modules, run, headSha),
  };
  const report = {
    ...{ ...common, ...more, name: `${name} report`, kind: 'report', post },
    work: (tools) => reportWork(tools, run, headSha, findings),
  };
  const start = {
    ...{ ...common, ...more, name: `${name} start`, kind: 'start', next: [report] },
    work: (tools) => startWork(tools, run, headSha),
  };
  return { start, report };
}

async function startWork({ platform, doing }, run, headSha) {
  await platform.context();
  const about = { headSha, name: checkNames[0], externalId: String(run.id), conclusion: null };
  const opening = { title: 'Training', summary: 'The verdict follows here.', text: '', annotations: [] };
  await doing('check', about, () => platform.ensureCheck({ ...about, status: 'in_progress', ...opening }));
}

async function reportWork({ platform, doing, attempt }, run, headSha, { conclusion, annotations }) {
  await platform.context();
  const said = bodyOf(run, attempt);
  const comment = { key: commentKey, headSha, said };
  await doing('comment', comment, () =>
    platform.ensureComment({ key: commentKey, body: `${said}\n\nPass.` }),
  );
  for (const name of checkNames) {
    const about = { headSha, name, externalId: String(run.id), conclusion, annotations };
    await doing('check', about, () =>
      platform.ensureCheck({ ...about, status: 'completed', title: said, summary: said, text: 'By rules.' }),
    );
  }
}

/** What the step does that follows a cancelled one: its check does not stay open. */
async function postWork({ platform, client, doing }, { check }, run, headSha) {
  await platform.context();
  const own = { headSha, name: checkNames[0], externalId: String(run.id) };
  if ((await check.completedCheck(client, own)) !== null) return;
  const said = { title: 'Cancelled', summary: 'The job was cancelled.', text: '', annotations: [] };
  const about = { ...own, conclusion: 'cancelled' };
  await doing('check', about, () => platform.ensureCheck({ ...about, status: 'completed', ...said }));
}
