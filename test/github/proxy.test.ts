import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { proxyOf } from '../../src/github/proxy.ts';
import { compiledCommand, repositoryRoot } from '../rig/build.ts';
import { makeFolder, removeFolders, startNode } from '../rig/command.ts';
import { type ProxyServer, startProxy } from './proxy-server.ts';
import { type Scripted, type ScriptedServer, secret, startScripted } from './scripted.ts';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of closing.splice(0)) await server.close();
});
afterAll(removeFolders);

async function kept<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  closing.push(server);
  return server;
}

const github = (...answers: Scripted[]) => kept(startScripted(answers));
const named = ({ url }: ScriptedServer, host: string) => url.replace('127.0.0.1', host);
const through = ({ port }: ProxyServer, user = '') => `http://${user}127.0.0.1:${port}`;

/** What a job in an environment gets. */
async function job(what: 'read' | 'write' | 'bytes' | 'upload', env: Record<string, string>, file = '') {
  const script = join(repositoryRoot, 'test/github/proxy-client.mjs');
  const args = [script, dirname(compiledCommand()), what, file];
  const { stdout, stderr } = await startNode(args, makeFolder(), { PATH: process.env['PATH'] ?? '', ...env })
    .finished;
  try {
    return { ...JSON.parse(stdout), stderr };
  } catch {
    throw new Error(`The job printed no JSON: ${stdout}${stderr}`);
  }
}

describe('a job behind a proxy', () => {
  test('asks GitHub through it, with the credentials of its address', async () => {
    const api = await github({ body: { number: 7 } });
    const proxy = await kept(startProxy());

    const { got } = await job('read', {
      GITHUB_API_URL: named(api, 'github.test'),
      http_proxy: through(proxy, 'me:p%40ss@'),
    });

    expect(got).toEqual({ number: 7 });
    expect(proxy.tunnels).toEqual([new URL(named(api, 'github.test')).host]);
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
    expect(api.asked[0]?.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      'user-agent': expect.stringMatching(/^trainyard\//),
    });
    expect(api.asked[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test.each(['github.test', '.test', 'other.test, GITHUB.test', '*'])(
    'asks straight where no_proxy is "%s"',
    async (no_proxy) => {
      const api = await github({ body: { number: 7 } });
      const proxy = await kept(startProxy());

      const { got } = await job('read', {
        GITHUB_API_URL: named(api, 'github.test'),
        HTTP_PROXY: through(proxy),
        no_proxy,
      });

      expect(got).toEqual({ number: 7 });
      expect(proxy.tunnels).toEqual([]);
    },
  );

  test('gives its token to GitHub alone when the answer lies elsewhere', async () => {
    const blobs = await github({ body: 'the bytes' });
    const api = await github({ status: 302, headers: { location: `${named(blobs, 'blobs.test')}/x` } });
    const proxy = await kept(startProxy());

    const { got } = await job('bytes', {
      GITHUB_API_URL: named(api, 'github.test'),
      http_proxy: through(proxy),
    });

    expect(got).toBe('the bytes');
    expect(proxy.tunnels).toHaveLength(2);
    expect(api.asked[0]?.headers.authorization).toBe(`Bearer ${secret}`);
    expect(blobs.asked[0]?.headers.authorization).toBeUndefined();
  });

  test('uploads a file through it', async () => {
    const api = await github({ status: 201, body: { id: 1 } });
    const proxy = await kept(startProxy());
    const file = join(makeFolder(), 'model');
    writeFileSync(file, 'm'.repeat(1_000_000));
    const env = { GITHUB_API_URL: named(api, 'github.test'), http_proxy: through(proxy) };

    expect(await job('upload', env, file)).toMatchObject({ got: { id: 1 } });
    expect(api.asked[0]?.body).toBe(readFileSync(file, 'utf8'));
    expect(api.asked[0]?.headers['content-length']).toBe('1000000');
  });

  test('that cannot be reached names it without its password', async () => {
    const error = await job('write', {
      GITHUB_API_URL: 'http://github.test',
      http_proxy: 'http://me:hush@127.0.0.1:9',
    });

    expect(error).toMatchObject({
      name: 'UpstreamError',
      retryable: true,
      message: expect.stringMatching(/through the proxy 127\.0\.0\.1:9 \(.*ECONNREFUSED.*, POST /),
      hint: expect.stringContaining('no_proxy'),
    });
    expect(JSON.stringify(error)).not.toMatch(new RegExp(`hush|me:|${secret}`));
  });

  test.each([407, 403, 502])('that refuses with %d is told so', async (status) => {
    const proxy = await kept(startProxy(status));
    const env = { GITHUB_API_URL: 'http://github.test', http_proxy: through(proxy) };

    expect(await job('write', env)).toMatchObject({
      name: 'UpstreamError',
      message: expect.stringContaining(String(status)),
    });
  });
});

describe('the proxy of an address', () => {
  const warnings: string[] = [];
  afterEach(() => void warnings.splice(0));
  const log = { warn: (line: string) => void warnings.push(line) } as unknown as Parameters<
    typeof proxyOf
  >[1]['log'];
  const of = (address: string, env: Record<string, string>) => proxyOf(address, { env, log })?.href ?? null;

  test.each([
    ['https://api.github.com', { https_proxy: 'http://p:1' }, 'http://p:1/'],
    ['https://api.github.com', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['https://api.github.com', { https_proxy: '10.0.0.1:3128' }, 'http://10.0.0.1:3128/'],
    ['https://api.github.com', { http_proxy: 'http://p:1' }, null],
    ['http://ghes.corp', { http_proxy: 'http://p:1' }, 'http://p:1/'],
    ['https://api.github.com', { https_proxy: '' }, null],
    ['https://api.github.com', { https_proxy: 'http://p:1', no_proxy: 'github.com' }, null],
    ['https://api.github.com', { https_proxy: 'http://p:1', NO_PROXY: ' .GitHub.com ' }, null],
    ['https://api.github.com', { https_proxy: 'http://p:1', no_proxy: 'api.github.com:443' }, null],
    ['https://api.github.com', { https_proxy: 'http://p:1', no_proxy: 'api.github.com:80' }, 'http://p:1/'],
    ['https://api.github.com', { https_proxy: 'http://p:1', no_proxy: 'hub.com,' }, 'http://p:1/'],
    ['http://127.0.0.1:8080', { http_proxy: 'http://p:1' }, null],
  ])('%s with %j is %s', (address, env, proxy) => {
    expect(of(address, env as Record<string, string>)).toBe(proxy);
    expect(warnings).toEqual([]);
  });

  test('is none where the value is no address, and that is told without the value', () => {
    expect(of('https://api.github.com', { https_proxy: 'proxy.corp:hush' })).toBeNull();
    expect(of('https://api.github.com', { HTTPS_PROXY: 'http://' })).toBeNull();
    expect(warnings).toEqual([
      'https_proxy is no address that begins with http:// or https://: it is not used.',
      'HTTPS_PROXY is no address that begins with http:// or https://: it is not used.',
    ]);
  });

  test('is the one that @actions/github then uses', () => {
    const packages = createRequire(join(repositoryRoot, 'node_modules/@actions/github/package.json'));
    const { getProxyUrl } = packages('@actions/http-client/lib/proxy') as {
      getProxyUrl(url: URL): URL | undefined;
    };
    const host = fc.constantFrom('api.github.com', 'github.com', 'git.corp:8443', '127.0.0.1', 'localhost');
    const hosts = fc.constantFrom('github.com', '.com', 'API.github.com:443', 'corp', '*', '', ' git.corp ');
    const value = fc.constantFrom('', 'http://p:1', 'https://u:v@p', '10.0.0.1:8', 'proxy.corp:8');
    const environment = fc.record(
      { http_proxy: value, HTTP_PROXY: value, https_proxy: value, HTTPS_PROXY: value },
      { requiredKeys: [] },
    );
    const before = process.env;
    try {
      fc.assert(
        fc.property(fc.boolean(), host, environment, fc.array(hosts), (secure, name, env, list) => {
          const address = `http${secure ? 's' : ''}://${name}`;
          process.env = { ...env, no_proxy: list.join(',') };
          const theirs = getProxyUrl(new URL(address));
          expect(of(address, process.env as Record<string, string>)).toBe(
            theirs?.hostname ? theirs.href : null,
          );
        }),
      );
    } finally {
      process.env = before;
    }
  });
});
