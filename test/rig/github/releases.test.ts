import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ask } from './ask.ts';
import { type FakeGitHub, type Repository, startGitHub } from './index.ts';

let github: FakeGitHub;
let repository: Repository;
let token: string;
const base = '/repos/octo/flights';

beforeEach(async () => {
  github = await startGitHub();
  repository = github.state.repository('octo/flights', { files: { 'notes.txt': '1' } });
  token = github.state.token('write-all');
});
afterEach(() => github.close());

const draft = async (tag: string, more = {}) =>
  (await ask(github, `POST ${base}/releases`, { token, body: { tag_name: tag, draft: true, ...more } })).body;
const upload = (release: { upload_url: string }, name: string, body = 'bytes') =>
  ask(github, `POST ${release.upload_url.replace(/\{.*/, '')}?name=${name}`, {
    token,
    body,
    headers: { 'content-type': 'application/octet-stream' },
  });

describe('a release', () => {
  test('that is a draft has no tag, and only those who write see it', async () => {
    const release = await draft('churn@v1.0.0');
    const reader = github.state.token('read-all');

    expect(repository.refs.has('refs/tags/churn@v1.0.0')).toBe(false);
    expect((await ask(github, `GET ${base}/releases/tags/churn@v1.0.0`, { token })).status).toBe(404);
    expect((await ask(github, `GET ${base}/releases`, { token })).body).toMatchObject([
      { id: release.id, draft: true },
    ]);
    expect((await ask(github, `GET ${base}/releases`, { token: reader })).body).toEqual([]);
    expect((await ask(github, `GET ${base}/releases/${release.id}`, { token: reader })).status).toBe(404);
  });

  test('gets its tag when it is published, and is found by it', async () => {
    const { id } = await draft('churn@v1.0.0', { target_commitish: 'main' });
    const published = await ask(github, `PATCH ${base}/releases/${id}`, { token, body: { draft: false } });
    const found = await ask(github, `GET ${base}/releases/tags/churn@v1.0.0`, { token });

    expect([published.status, found.body.id, found.body.draft]).toEqual([200, id, false]);
    expect(repository.refs.get('refs/tags/churn@v1.0.0')).toBe(repository.refs.get('refs/heads/main'));
  });

  test('is published once for a tag', async () => {
    const body = { tag_name: 'v1' };
    expect((await ask(github, `POST ${base}/releases`, { token, body })).status).toBe(201);
    const again = await ask(github, `POST ${base}/releases`, { token, body });
    expect([again.status, again.body.errors]).toEqual([
      422,
      [expect.objectContaining({ code: 'already_exists' })],
    ]);
  });

  test('is deleted without its tag', async () => {
    const { body } = await ask(github, `POST ${base}/releases`, { token, body: { tag_name: 'v1' } });
    expect((await ask(github, `DELETE ${base}/releases/${body.id}`, { token })).status).toBe(204);
    expect((await ask(github, `GET ${base}/releases/${body.id}`, { token })).status).toBe(404);
    expect(repository.refs.has('refs/tags/v1')).toBe(true);
  });
});

describe('an immutable release', () => {
  const published = async () => {
    repository.immutableReleases = true;
    const release = await draft('v1');
    const { body: asset } = await upload(release, 'a.bin');
    await ask(github, `PATCH ${base}/releases/${release.id}`, { token, body: { draft: false } });
    return { release, asset };
  };

  test('says so, and keeps its assets and its tag', async () => {
    const { release, asset } = await published();

    const refused = [
      await upload(release, 'b.bin'),
      await ask(github, `DELETE ${base}/releases/assets/${asset.id}`, { token }),
      await ask(github, `PATCH ${base}/releases/${release.id}`, { token, body: { tag_name: 'v2' } }),
      await ask(github, `DELETE ${base}/git/refs/tags/v1`, { token }),
    ];

    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
    const { body } = await ask(github, `GET ${base}/releases/tags/v1`, { token });
    expect(body).toMatchObject({ immutable: true, assets: [{ name: 'a.bin' }] });
  });

  test('takes another text, and burns the name of its tag', async () => {
    const { release } = await published();
    const changed = await ask(github, `PATCH ${base}/releases/${release.id}`, {
      token,
      body: { body: 'Seen' },
    });
    await ask(github, `DELETE ${base}/releases/${release.id}`, { token });
    const again = await ask(github, `POST ${base}/releases`, { token, body: { tag_name: 'v1' } });

    expect([changed.body.body, again.status]).toEqual(['Seen', 422]);
  });
});

describe('an asset', () => {
  test('goes to the host of uploads and comes back by way of a signed address, with its digest', async () => {
    const release = await draft('v1');
    const { status, body } = await upload(release, 'model.bin');
    const asked = await ask(github, `GET ${base}/releases/assets/${body.id}`, {
      token,
      headers: { accept: 'application/octet-stream' },
    });
    const location = asked.headers.get('location') as string;

    expect([status, asked.status]).toEqual([201, 302]);
    expect(body).toMatchObject({
      name: 'model.bin',
      size: 5,
      digest: `sha256:${createHash('sha256').update('bytes').digest('hex')}`,
    });
    expect((await ask(github, `GET ${location}`)).body).toBe('bytes');
    expect((await ask(github, `GET ${location}`, { token })).status).toBe(401);
  });

  test('cannot be uploaded where the API is', async () => {
    const { id } = await draft('v1');
    await ask(github, `POST ${base}/releases/${id}/assets?name=a`, { token, body: 'x' });
    expect(github.failures.splice(0)).toEqual([expect.stringContaining('not imitated')]);
  });

  test.each([
    ['twice under one name', 'a.bin', 'bytes', 'already_exists'],
    ['without bytes', 'b.bin', '', 'custom'],
  ])('is not taken %s', async (_name, name, bytes, code) => {
    const release = await draft('v1');
    await upload(release, 'a.bin');
    const { status, body } = await upload(release, name, bytes);
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ code })]]);
  });

  test('is listed, and gone when it was deleted', async () => {
    const release = await draft('v1');
    const { body } = await upload(release, 'a.bin');
    const list = async () => (await ask(github, `GET ${base}/releases/${release.id}/assets`, { token })).body;
    expect(await list()).toMatchObject([{ name: 'a.bin', state: 'uploaded' }]);
    expect((await ask(github, `DELETE ${base}/releases/assets/${body.id}`, { token })).status).toBe(204);
    expect(await list()).toEqual([]);
  });
});

describe('a deployment', () => {
  const deploy = (body = {}) =>
    ask(github, `POST ${base}/deployments`, { token, body: { ref: 'main', required_contexts: [], ...body } });
  const succeed = (id: number) =>
    ask(github, `POST ${base}/deployments/${id}/statuses`, { token, body: { state: 'success' } });
  const stateOf = async (id: number) =>
    (await ask(github, `GET ${base}/deployments/${id}/statuses`, { token })).body[0].state;

  test('retires the earlier success of its environment', async () => {
    const [first, other, second] = [await deploy(), await deploy({ environment: 'staging' }), await deploy()];
    for (const { body } of [first, other, second]) await succeed(body.id);

    expect([
      await stateOf(first.body.id),
      await stateOf(other.body.id),
      await stateOf(second.body.id),
    ]).toEqual(['inactive', 'success', 'success']);
  });

  test('waits for the checks of its commit unless told not to', async () => {
    const head = repository.refs.get('refs/heads/main');
    await ask(github, `POST ${base}/check-runs`, { token, body: { name: 'trainyard', head_sha: head } });
    const body = { ref: 'main' };
    expect((await ask(github, `POST ${base}/deployments`, { token, body })).status).toBe(409);
    expect((await deploy()).status).toBe(201);
  });
});
