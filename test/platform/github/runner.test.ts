import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { payloadOf } from '../../../src/platform/github/payload.ts';
import { checkedOut, readPayload, readRunner } from '../../../src/platform/github/runner.ts';
import { makeFolder, makeRuntime, put, removeFolders } from '../../git/repository.ts';
import { digits } from '../../ledger/records.ts';

afterAll(removeFolders);

const env = {
  GITHUB_EVENT_NAME: 'push',
  GITHUB_SHA: digits('a'),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REPOSITORY: 'octo/flights',
  GITHUB_SERVER_URL: 'https://ghe.example.org/',
  GITHUB_API_URL: 'https://ghe.example.org/api/v3',
  GITHUB_GRAPHQL_URL: 'https://ghe.example.org/api/graphql',
  GITHUB_RUN_ID: '42',
  GITHUB_RUN_ATTEMPT: '3',
  GITHUB_WORKFLOW_REF: 'octo/flights/.github/workflows/ci.yml@refs/heads/main',
};
const runnerWith = (changes: Record<string, string | undefined>) =>
  readRunner(makeRuntime({ env: { ...env, ...changes } }));

describe('the runner', () => {
  test('tells of event, commit, run and workflow', () => {
    expect(runnerWith({})).toEqual({
      event: 'push',
      sha: digits('a'),
      ref: 'refs/heads/main',
      refProtected: null,
      repository: 'octo/flights',
      serverUrl: 'https://ghe.example.org',
      apiUrl: 'https://ghe.example.org/api/v3',
      graphqlUrl: 'https://ghe.example.org/api/graphql',
      runId: 42,
      attempt: 3,
      workflowPath: '.github/workflows/ci.yml',
      runUrl: 'https://ghe.example.org/octo/flights/actions/runs/42',
    });
  });

  test.each(['GITHUB_EVENT_NAME', 'GITHUB_SHA', 'GITHUB_REF', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'])(
    'without %s is none: the message names it',
    (name) => {
      for (const value of [undefined, '']) {
        expect(() => runnerWith({ [name]: value })).toThrow(
          expect.objectContaining({ name: 'ConfigError', message: expect.stringContaining(name) }),
        );
      }
    },
  );

  test.each(['x', '0', '-1', '1.5', '99999999999999999999'])('with the run id %j is refused', (id) => {
    expect(() => runnerWith({ GITHUB_RUN_ID: id })).toThrow('GITHUB_RUN_ID');
  });

  test.each([undefined, '', 'other/repo/.github/workflows/ci.yml@x'])(
    'that does not tell its workflow (%j) has none',
    (ref) => {
      expect(runnerWith({ GITHUB_WORKFLOW_REF: ref }).workflowPath).toBeNull();
    },
  );
});

describe('the payload', () => {
  const reading = (text: string | null) => {
    const folder = makeFolder();
    if (text !== null) put(folder, 'event.json', text);
    return readPayload(makeRuntime({ env: { GITHUB_EVENT_PATH: join(folder, 'event.json') } }));
  };

  test('is the object in the file', async () => {
    expect(await reading('{"action":"opened"}')).toEqual({ action: 'opened' });
  });

  test.each([
    ['no file', null, 'missing'],
    ['an empty file', '', 'broken'],
    ['half a file', '{"action":', 'broken'],
    ['a list', '[]', 'broken'],
    ['null', 'null', 'broken'],
  ])('that is %s is a ConfigError naming the file', async (_name, text, word) => {
    await expect(reading(text)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining(word),
      place: { file: expect.stringContaining('event.json') },
    });
  });

  test('whose path is not given is a ConfigError', async () => {
    await expect(readPayload(makeRuntime({ env: {} }))).rejects.toMatchObject({ name: 'ConfigError' });
  });

  test('gives only what is there, of its type, and nothing of a prototype', () => {
    const payload = payloadOf('push', { a: { sha: digits('x'), zero: '0'.repeat(40), n: 7, text: 't' } });

    expect([payload.sha('a.sha'), payload.number('a.n'), payload.text('a.text')]).toEqual([
      digits('x'),
      7,
      't',
    ]);
    for (const path of ['a.zero', 'a.text', 'a.n', 'a', 'b.c.d', '', '__proto__', 'a.constructor.name']) {
      expect(payload.sha(path)).toBeNull();
    }
    for (const path of ['a.text', '__proto__.x', 'a.sha.length']) expect(payload.number(path)).toBeNull();
    expect(payload.text('constructor.name')).toBeNull();
    expect(() => payload.needSha('a.zero')).toThrow('no a.zero');
    expect(() => payload.needNumber('pull_request.number')).toThrow('no pull_request.number');
  });
});

describe('what is checked out', () => {
  test.each([
    [digits('x'), digits('x')],
    ['ref: refs/heads/main', null],
    ['', null],
  ])('is read from HEAD: %j is %j', async (head, sha) => {
    const folder = makeFolder();
    put(folder, '.git/HEAD', `${head}\n`);
    expect(await checkedOut(makeRuntime({ env: { GITHUB_WORKSPACE: folder } }))).toBe(sha);
  });

  test('is unknown without a work tree', async () => {
    expect(await checkedOut(makeRuntime({ env: {} }))).toBeNull();
    expect(await checkedOut(makeRuntime({ env: { GITHUB_WORKSPACE: makeFolder() } }))).toBeNull();
  });
});
