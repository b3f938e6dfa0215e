import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite, type Occasion, startRun, type WorkflowResult } from '../rig/site.ts';
import { propose } from './propose.ts';

jest.setTimeout(240_000);

let site: GitHubSite;
let number: number;
let judged: WorkflowResult;
let occasion: Occasion;

beforeAll(async () => {
  site = await makeSite();
  await site.workflow(site.ofPush(site.project.git('rev-parse', 'main'), '0'.repeat(40)));
  number = propose(site, ['params.yaml', 'errors: 40', 'errors: 80']);
  occasion = site.ofPull(number);
  judged = await site.workflow(occasion);
});

afterAll(async () => {
  await site.close();
  removeFolders();
});

const all = { contents: 'read', actions: 'read', checks: 'write', 'pull-requests': 'write' } as const;

/** The job that judges, once more, with another token or environment. */
function judgeAgain(
  permissions: Record<string, 'read' | 'write' | 'none'>,
  env: Record<string, string> = {},
) {
  const { event, payload, sha, ref } = occasion;
  const token = site.github.state.token(permissions, { repositories: [site.repository.fullName] });
  const inputs = { 'train-result': 'success' };
  return site.step({ action: 'gate', event, payload, sha, ref, run: judged.run, token, inputs, env });
}

describe('a permission that is missing is answered with the line to add', () => {
  test.each([
    ['contents', 'contents: read', 2],
    ['actions', 'actions: read', 2],
    ['checks', 'checks: write', 1],
    ['pull-requests', 'pull-requests: write', 1],
  ])('%s', async (name, line, code) => {
    const done = await judgeAgain({ ...all, [name]: 'none' });

    expect(done.code).toBe(code);
    expect(done.log).toContain(line);
  });

  test('contents: write, for the job that records', async () => {
    site.project.git('switch', '--quiet', 'main');
    site.project.edit('train.sh', 'echo "train', 'echo  "train');
    const before = site.project.git('rev-parse', 'HEAD');
    const pushed = site.project.commit();
    site.push();
    const push = site.ofPush(pushed, before);
    const run = startRun(site, push);
    const { event, payload, sha, ref } = push;
    const workspace = site.checkout(sha);
    await site.step({ action: 'train', event, payload, sha, ref, run, workspace });
    const token = site.github.state.token({ ...all, contents: 'read' });

    const done = await site.step({ action: 'record', event, payload, sha, ref, run, token });

    expect(done.code).toBe(2);
    expect(done.log).toContain('contents: write');
  });
});

describe('a job that cannot do its work says why and how to mend it', () => {
  test('a token that has expired', async () => {
    const { event, payload, sha, ref } = occasion;
    const token = site.github.state.token(all);
    site.github.switches.expire(token);

    const done = await site.step({ action: 'gate', event, payload, sha, ref, run: judged.run, token });

    expect(done.code).toBe(2);
    expect(done.log).toContain('has expired');
  });

  test('no token at all', async () => {
    const { event, payload, sha, ref } = occasion;

    const done = await site.step({ action: 'gate', event, payload, sha, ref, run: judged.run });

    expect(done.code).toBe(2);
    expect(done.log).toContain('There is no token for GitHub.');
  });

  test('a payload that is missing', async () => {
    const done = await judgeAgain(all, { GITHUB_EVENT_PATH: '/nowhere/event.json' });

    expect(done.code).toBe(2);
    expect(done.log).toContain('The payload of the event is missing.');
  });

  test('a phase that is misspelt', async () => {
    const { event, payload, sha, ref } = occasion;
    const inputs = { phase: 'recrod' };

    const done = await site.step({ action: 'trainyard', event, payload, sha, ref, run: judged.run, inputs });

    expect(done.code).toBe(2);
    expect(done.log).toContain('Did you mean "record"?');
  });

  test('a proposal that asks to be recorded', async () => {
    const { event, payload, sha, ref } = occasion;
    const token = site.github.state.token('write-all');

    const done = await site.step({ action: 'record', event, payload, sha, ref, run: judged.run, token });

    expect(done.code).toBe(2);
    expect(done.log).toContain("github.event_name == 'push'");
    expect(done.log).not.toContain('ledger written');
  });

  test('a network that is not there: the other side failed, which is no verdict', async () => {
    const done = await judgeAgain(all, {
      GITHUB_API_URL: 'http://127.0.0.1:9',
      GITHUB_GRAPHQL_URL: 'http://127.0.0.1:9',
    });

    expect(done.code).toBe(3);
    expect(done.log).toContain('no verdict on the model');
  });

  test('a conversation that is locked: the verdict stands in the check, and the log says so', async () => {
    const issue = site.repository.issues.get(number);
    if (issue) issue.locked = true;
    for (const comment of site.repository.comments.splice(0)) expect(comment.body).toContain('accuracy');

    const done = await judgeAgain(all);

    if (issue) issue.locked = false;
    expect(done).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(done.log).toContain('is locked');
    expect(site.repository.comments).toEqual([]);
  });

  test('a configuration that cannot be read: the check says where', async () => {
    const broken = propose(site, ['trainyard.yml', 'version: 1', 'version: 1\nmodle: x'], 'broken');

    const { report } = await site.workflow(site.ofPull(broken));

    expect(report).toMatchObject({ code: 2, outputs: { verdict: 'error' } });
    const head = site.repository.issues.get(broken)?.pull?.head.sha;
    const check = site.repository.checks.find(({ headSha }) => headSha === head);
    expect(check).toMatchObject({ status: 'completed', conclusion: 'failure' });
    expect(check?.summary).toContain('modle');
  });
});
