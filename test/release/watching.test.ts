import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Probe, Watch } from '../../src/config/watch.ts';
import { probed } from '../../src/release/probes.ts';
import { read } from '../../src/release/readings.ts';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { nodeWeb } from '../../src/runtime/node/web.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';

const about = {
  ...{ deployment: 'a'.repeat(20), version: '1.2.0', digest: 'b'.repeat(64), model: 'churn', fence: 1 },
  ...{ environment: 'production', weight: 5 },
};
const pages: Record<string, [number, string]> = {
  '/ok': [200, 'all fine'],
  '/html': [200, '<html>Sign in</html>'],
  '/down': [503, 'no'],
  '/moved': [302, ''],
  '/v2/health/ready': [200, ''],
  '/v2/models/churn/ready': [200, ''],
  '/v2/models/churn/infer': [200, '{"outputs": [{"name": "predict"}]}'],
  '/v2/models/loading/ready': [200, '{"name": "loading", "ready": false}'],
  '/v2/models/page/ready': [200, '\n<!DOCTYPE html><title>Sign in</title>'],
  '/v2/models/odd/ready': [200, ''],
  '/v2/models/odd/infer': [200, '<html>'],
  '/numbers': [200, '{"a": {"b/c": 0.25}, "text": "3", "none": null}'],
};
/** Queries and what Prometheus answers to them, as its documentation has it. */
const queries: Record<string, unknown> = {
  one: { resultType: 'vector', result: [{ metric: {}, value: [1, '0.25'] }] },
  none: { resultType: 'vector', result: [] },
  two: { resultType: 'vector', result: [{ value: [1, '1'] }, { value: [1, '2'] }] },
  nan: { resultType: 'vector', result: [{ value: [1, 'NaN'] }] },
  inf: { resultType: 'vector', result: [{ value: [1, '+Inf'] }] },
  scalar: { resultType: 'scalar', result: [1, '7'] },
  range: { resultType: 'matrix', result: [] },
  'rate{version="1.2.0"}': { resultType: 'vector', result: [{ value: [1, '5'] }] },
};
let server: Server;
let base = '';
let nowhere = '';
let asker: { runtime: ReturnType<typeof createRuntime>; web: typeof nodeWeb };

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://h');
    const query = url.searchParams.get('query');
    if (url.pathname === '/api/v1/query') {
      const data = queries[query ?? ''];
      const body = data ? { status: 'success', data } : { status: 'error', error: 'parse error' };
      response.writeHead(data ? 200 : 400).end(JSON.stringify(body));
      return;
    }
    const [status, text] = pages[url.pathname] ?? [404, 'Not Found'];
    response.writeHead(status, { location: '/ok' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  nowhere = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  await new Promise((resolve) => closed.close(resolve));
  const runtime = { ...createRuntime({ signal: new AbortController().signal }), cwd: makeFolder() };
  asker = { runtime, web: nodeWeb };
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  removeFolders();
});

const http = (url: string, contains: string | null = null) => ({ kind: 'http', url, contains }) as const;
const oip = (model: string | null, infer: unknown) => ({ kind: 'oip', url: '/', model, infer }) as const;
const run = (command: string) => ({ kind: 'run', command }) as const;

test.each<[string, Omit<Extract<Probe, { kind: 'http' }>, 'timeout'> | object, RegExp | null]>([
  ['an answer', http('/ok'), null],
  ['an answer with a text', http('/ok', 'fine'), null],
  ['HTML where a text is asked for', http('/html', 'fine'), /answers without "fine"/],
  ['an error', http('/down'), /answers 503/],
  ['a redirect', http('/moved'), /answers 302/],
  ['a server that is ready', oip(null, null), null],
  ['an inference', oip(null, { inputs: [] }), null],
  ['a model that is not there', oip('gone', null), /gone\/ready answers 404/],
  ['a model that says it is not ready', oip('loading', null), /loading\/ready says that it is not ready/],
  [
    'a page where a model should be ready',
    oip('page', null),
    /page\/ready answers a page, nothing of the Open/,
  ],
  ['an inference that gives HTML', oip('odd', { inputs: [] }), /answers no outputs/],
  ['a command', run('test "$TRAINYARD_VERSION $TRAINYARD_WEIGHT" = "1.2.0 5"'), null],
  ['a command that fails', run('echo too slow >&2; exit 4'), /ended with 4: too slow/],
])('a probe: %s', async (_name, probe, reason) => {
  const whole = { timeout: 0.1, ...probe } as Probe;
  const asked = 'url' in whole ? { ...whole, url: base + whole.url } : whole;

  const answer = await probed(asker, asked, about);

  if (reason === null) expect(answer).toBeNull();
  else expect(answer).toMatch(reason);
});

test('a server that is not there does not answer its probe', async () => {
  const probe = { ...http(nowhere), timeout: 0.1 };

  expect(await probed(asker, probe, about)).toMatch(/could not be asked: .*ECONNREFUSED/);
});

test('a probe is asked again until its time is over', async () => {
  pages['/late'] = [503, ''];
  setTimeout(() => {
    pages['/late'] = [200, ''];
  }, 300);

  expect(await probed(asker, { ...http(`${base}/late`), timeout: 5 }, about)).toBeNull();
});

const prometheus = (query: string) => ({ kind: 'prometheus', query }) as const;
const json = (pointer: string, url = '/numbers') => ({ kind: 'json', url, pointer }) as const;

test.each<[string, object, object]>([
  ['one value', prometheus('one'), { value: 0.25 }],
  ['no data', prometheus('none'), { value: null }],
  ['several', prometheus('two'), { error: 'the query gives 2 values, not one' }],
  ['NaN', prometheus('nan'), { value: Number.NaN }],
  ['infinite', prometheus('inf'), { value: Number.POSITIVE_INFINITY }],
  ['a scalar', prometheus('scalar'), { value: 7 }],
  ['a range', prometheus('range'), { error: 'the query gives a matrix, not a number' }],
  ['a query that is none', prometheus('('), { error: 'Prometheus answers 400: parse error' }],
  ['what is replaced', prometheus('rate{version="{{version}}"}'), { value: 5 }],
  ['JSON', json('/a/b~1c'), { value: 0.25 }],
  ['a text in JSON', json('/text'), { error: 'there is no number at /text' }],
  ['nothing in JSON', json('/x'), { value: null }],
  ['null in JSON', json('/none'), { value: null }],
  ['no number of the prototype', json('/constructor'), { value: null }],
  ['HTML', json('', '/html'), { error: 'the address answers something that is no JSON' }],
  ['an address that is down', json('', '/down'), { error: 'the address answers 503' }],
  ['a command', run('echo starting; echo "$TRAINYARD_WEIGHT"'), { value: 5 }],
  ['a command that says nothing', run('true'), { value: null }],
  ['a command that says nan', run('echo nan'), { value: Number.NaN }],
  ['a command that says words', run('echo fine'), { error: 'the command prints "fine", no number' }],
  ['a command that fails', run('echo gone >&2; exit 1'), { error: 'the command ended with 1: gone' }],
])('a reading: %s', async (_name, provider, reading) => {
  const url = { url: base + ((provider as { url?: string }).url ?? '') };

  expect(await read(asker, { ...provider, ...url } as Watch['provider'], about)).toEqual(reading);
});

test('a server that is not there is an error, no value', async () => {
  const provider = { ...prometheus('up'), url: nowhere };

  expect(await read(asker, provider, about)).toEqual({
    error: expect.stringContaining('could not be asked'),
  });
});
