import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeFolder, removeFolders } from '../command.ts';
import {
  type Actions,
  dispatchEvent,
  mergeGroupEvent,
  pullRequestEvent,
  pushEvent,
  startActions,
  workflowRunEvent,
} from './index.ts';

const toy = `name: Toy
on: [pull_request, push, merge_group, workflow_dispatch]
permissions: { contents: read }
env: { FROM: workflow }
jobs:
  make:
    runs-on: ubuntu-latest
    outputs: { word: "\${{ steps.say.outputs.word }}" }
    steps:
      - uses: actions/checkout@v5
        with: { persist-credentials: false, fetch-depth: 0 }
      - id: say
        run: |
          echo "word=$(cat word.txt)" >> "$GITHUB_OUTPUT"
          echo "## Said $(cat word.txt)" >> "$GITHUB_STEP_SUMMARY"
          echo "::warning file=word.txt,line=2::look here"
          echo "$(git rev-parse HEAD) $GITHUB_SHA $GITHUB_REF $GITHUB_EVENT_NAME $(git rev-list --count HEAD)"
          mkdir -p out && cp word.txt out/
      - uses: actions/upload-artifact@v4
        with: { name: bundle, path: out, retention-days: 1 }
  check:
    needs: make
    runs-on: ubuntu-latest
    strategy: { fail-fast: false, matrix: { word: [hello, bye] } }
    steps:
      - run: test "\${{ needs.make.outputs.word }}" = "\${{ matrix.word }}"
  report:
    needs: [make, check]
    if: always()
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v4
        with: { name: bundle, path: in }
      - run: echo "\${{ needs.check.result }} $(cat in/word.txt) $(ls)"
  release:
    needs: make
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    steps: [{ run: node --version }]
`;

const path = '.github/workflows/toy.yml';
let actions: Actions;

beforeEach(async () => {
  actions = await startActions({ files: { [path]: toy, 'word.txt': 'hello\n' } });
});
afterEach(() => actions.close());
afterAll(removeFolders);

function propose(files: Record<string, string>, from = actions.repository) {
  const { state } = actions.github;
  state.commit(from, { branch: 'change', files });
  return state.pullRequest(actions.repository, { head: 'change', from });
}

describe('a workflow', () => {
  test('of a pull request builds the test merge; jobs pass outputs and artifacts on', async () => {
    const pull = propose({ 'word.txt': 'bye\n' });
    const event = pullRequestEvent(actions.repository, pull);
    const done = await actions.run(path, event);

    expect(done.results).toEqual({
      make: 'success',
      'check (hello)': 'failure',
      'check (bye)': 'success',
      report: 'success',
      release: 'skipped',
    });
    const make = done.job('make');
    expect(make.outputs).toMatchObject({ 'say.word': 'bye' });
    expect(make.summary).toBe('## Said bye\n');
    expect(make.annotations).toEqual([
      { level: 'warning', message: 'look here', properties: { file: 'word.txt', line: '2' } },
    ]);
    expect(make.text).toContain(`${event.sha} ${event.sha} refs/pull/1/merge pull_request 3`);
    expect(done.job('report').text).toContain('failure bye in');
    expect(done.run).toMatchObject({
      event: 'pull_request',
      headSha: pull.pull?.head.sha,
      status: 'completed',
      conclusion: 'failure',
      artifacts: [{ name: 'bundle' }],
    });
    expect(done.run.jobs.map(({ name, conclusion }) => [name, conclusion])).toContainEqual([
      'make',
      'success',
    ]);
  });

  test('of a push builds the branch, on Node 24', async () => {
    const event = pushEvent(actions.repository, 'main');
    const done = await actions.run(path, event);

    expect(done.results).toMatchObject({ make: 'success', release: 'success', report: 'success' });
    expect(done.job('make').text).toContain(`${event.sha} ${event.sha} refs/heads/main push 1`);
    expect(done.job('release').text).toMatch(/^v24\./);
  });

  test('of a merge queue builds the group', async () => {
    propose({ 'word.txt': 'bye\n' });
    const group = actions.github.state.mergeGroup(actions.repository, 1);
    const event = mergeGroupEvent(actions.repository, group);
    const done = await actions.run(path, event);

    expect(done.results['check (bye)']).toBe('success');
    expect(done.job('make').text).toContain(`${event.sha} ${event.sha} refs/heads/${group} merge_group`);
  });

  test('is started by hand with inputs, which `inputs` and the payload both have', async () => {
    const file = '.github/workflows/hand.yml';
    const text = `on: { workflow_dispatch: { inputs: { level: { type: string, default: low } } } }
jobs:
  one:
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "\${{ inputs.level }} \${{ github.event.inputs.level }}"' }]
`;
    actions.github.state.commit(actions.repository, { files: { [file]: text } });
    const done = await actions.run(file, dispatchEvent(actions.repository, { level: 'high' }));

    expect(done.job('one').text).toBe('high high\n');
  });

  test("on another one's end reads that run's artifact, from the default branch", async () => {
    const file = '.github/workflows/after.yml';
    const text = `on: { workflow_run: { workflows: [Toy], types: [completed] } }
permissions: { actions: read }
jobs:
  after:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v4
        with: { name: bundle, path: ., run-id: "\${{ github.event.workflow_run.id }}", github-token: "\${{ github.token }}" }
      - run: echo "$(cat word.txt) \${{ github.event.workflow_run.conclusion }} $GITHUB_REF"
`;
    actions.github.state.commit(actions.repository, { files: { [file]: text } });
    const fork = actions.github.state.repository('stranger/flights', { forkOf: actions.repository });
    const pull = propose({ 'word.txt': 'bye\n' }, fork);
    const first = await actions.run(path, pullRequestEvent(actions.repository, pull));
    const done = await actions.run(file, workflowRunEvent(actions.repository, first.run, 'Toy'));

    expect(done.job('after').text).toMatch(/^bye failure refs\/heads\/main$/m);
  });

  test('runs again as the next attempt, with artifacts of its own', async () => {
    const event = pushEvent(actions.repository, 'main');
    const { run } = await actions.run(path, event);
    const again = await actions.run(path, event, { rerunOf: run });

    expect(again.run).toBe(run);
    expect(run).toMatchObject({ attempt: 2, status: 'completed' });
    expect(run.artifacts.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });
});

/** An action that says with which status it may make a check. */
const say = `name: Say
description: Says whether it may write.
inputs: { github-token: { description: token, default: "\${{ github.token }}" } }
outputs: { word: { description: the answer } }
runs: { using: node24, main: index.mjs }
`;
const program = `import { appendFileSync } from 'node:fs';
const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_OUTPUT, 'INPUT_GITHUB-TOKEN': token } = process.env;
const answer = await fetch(GITHUB_API_URL + '/repos/' + GITHUB_REPOSITORY + '/check-runs', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
  body: JSON.stringify({ name: 'x', head_sha: GITHUB_SHA }),
});
appendFileSync(GITHUB_OUTPUT, 'word=' + answer.status + '\\n');
`;

describe('a token', () => {
  const ask = 'curl -s -o /dev/null -w "%{http_code}" -H "authorization: Bearer $TOKEN"';
  const files = (permissions: string) => ({
    [path]: `on: [push, pull_request]
permissions: { contents: read }
jobs:
  narrow:
    runs-on: ubuntu-latest
    steps: &try
      - env: { TOKEN: "\${{ github.token }}" }
        run: |
          echo "read $(${ask} $GITHUB_API_URL/repos/octo/flights/commits/main)"
          echo "write $(${ask} -d '{"name":"x","head_sha":"'$GITHUB_SHA'"}' -H 'content-type: application/json' $GITHUB_API_URL/repos/octo/flights/check-runs)"
  wide:
    permissions: ${permissions}
    runs-on: ubuntu-latest
    steps: *try
`,
  });

  test('may do what its own job was given', async () => {
    actions.github.state.commit(actions.repository, { files: files('{ checks: write }') });
    const done = await actions.run(path, pushEvent(actions.repository, 'main'));

    expect(done.job('narrow').text).toBe('read 200\nwrite 403\n');
    expect(done.job('wide').text).toBe('read 403\nwrite 201\n');
  });

  test('of a pull request from a fork may write nothing', async () => {
    actions.github.state.commit(actions.repository, { files: files('write-all') });
    const fork = actions.github.state.repository('stranger/flights', { forkOf: actions.repository });
    const pull = propose({ 'word.txt': 'bye\n' }, fork);
    const done = await actions.run(path, pullRequestEvent(actions.repository, pull));

    expect(done.job('wide').text).toBe('read 200\nwrite 403\n');
  });

  test('is the default of an action of the project itself too, wherever that was checked out to', async () => {
    const text = `on: push
jobs:
  one:
    runs-on: ubuntu-latest
    permissions: { contents: read, checks: write }
    steps:
      - { uses: actions/checkout@v5, with: { path: tools } }
      - { uses: ./tools/say, id: say }
`;
    const files = { [path]: text, 'say/action.yml': say, 'say/index.mjs': program };
    actions.github.state.commit(actions.repository, { files });
    const done = await actions.run(path, pushEvent(actions.repository, 'main'));

    expect(done.job('one').outputs).toMatchObject({ 'say.word': '201' });
  });

  test('is not shown in the log', async () => {
    const text = `on: push
jobs:
  one:
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "a \${{ github.token }} b"' }]
`;
    actions.github.state.commit(actions.repository, { files: { [path]: text } });
    const done = await actions.run(path, pushEvent(actions.repository, 'main'));

    expect(done.job('one').text).toBe('a *** b\n');
  });
});

describe('a called workflow', () => {
  const called = `name: Pipeline
on:
  workflow_call:
    inputs: { setup: { type: string, default: '' } }
    outputs: { word: { value: "\${{ jobs.start.outputs.word }}" } }
permissions: {}
jobs:
  start:
    runs-on: ubuntu-latest
    permissions: { checks: write }
    outputs: { word: "\${{ steps.say.outputs.word }}" }
    steps:
      - run: \${{ inputs.setup }}
      - id: say
        uses: acme/tools/say@v1
  end:
    needs: start
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "\${{ needs.start.outputs.word }}"' }]
`;
  function tools(): string {
    const folder = makeFolder();
    const files = {
      '.github/workflows/pipeline.yml': called,
      'say/action.yml': say,
      'say/index.mjs': program,
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return folder;
  }
  const caller = (permissions: string) => `on: push
permissions: ${permissions}
jobs:
  pipeline:
    uses: acme/tools/.github/workflows/pipeline.yml@v1
    with: { setup: "echo one\\necho two" }
  last:
    needs: pipeline
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "got \${{ needs.pipeline.outputs.word }}"' }]
`;
  const run = (permissions: string) => {
    actions.github.state.commit(actions.repository, { files: { [path]: caller(permissions) } });
    const repositories = { 'acme/tools@v1': tools() };
    return actions.run(path, pushEvent(actions.repository, 'main'), { repositories });
  };

  test('takes inputs, gives outputs, and its jobs have the rights they ask for', async () => {
    const done = await run('{ checks: write }');

    expect(done.results).toEqual({
      'pipeline / start': 'success',
      'pipeline / end': 'success',
      last: 'success',
    });
    expect(done.job('pipeline / start').text).toBe('one\ntwo\n');
    expect(done.job('last').text).toBe('got 201\n');
  });

  test('that asks for more than its caller has does not start', async () => {
    await expect(run('{ contents: read }')).rejects.toThrow('asks for "checks: write"');
  });
});

describe('what act would pass over is an error', () => {
  const run = async (text: string) => {
    actions.github.state.commit(actions.repository, { files: { [path]: text } });
    return actions.run(path, pushEvent(actions.repository, 'main'));
  };
  const job = (line: string) => `on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    ${line}\n`;

  test.each([
    [
      'another event',
      'on: pull_request\njobs: { one: { runs-on: ubuntu-latest, steps: [{ run: ls }] } }',
      'does not run on this push',
    ],
    [
      'a filter',
      'on: { push: { paths: [src] } }\njobs: { one: { runs-on: ubuntu-latest, steps: [{ run: ls }] } }',
      'the filter "paths" of push',
    ],
    [
      'services',
      job('services: { db: { image: postgres } }\n    steps: [{ run: ls }]'),
      'containers and services',
    ],
    [
      'an action nothing stands for',
      job('steps: [{ uses: acme/unknown@v1 }]'),
      'nothing stands for acme/unknown@v1',
    ],
    [
      'a runner that is not here',
      job('steps: [{ run: ls }]').replace('ubuntu-latest', 'windows-latest'),
      'no runner for its runs-on',
    ],
  ])('%s', async (_name, text, message) => {
    await expect(run(text)).rejects.toThrow(message);
  });
});

/** Said by scripts/test-workflows.mjs where the system lets it be. */
const isolated = process.env['TRAINYARD_TEST_NETWORK'] === 'none';

(isolated ? test : test.skip)('there is no network but this machine', async () => {
  const text = `on: push
jobs:
  one:
    runs-on: ubuntu-latest
    steps: [{ run: 'cut -d: -f1 /proc/net/dev' }]
`;
  actions.github.state.commit(actions.repository, { files: { [path]: text } });
  const done = await actions.run(path, pushEvent(actions.repository, 'main'));

  const names = done
    .job('one')
    .text.split('\n')
    .slice(2)
    .map((name) => name.trim());
  expect(names).toEqual(['lo', '']);
});
