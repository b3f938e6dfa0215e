import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { fetchDirectly, type Sent } from '../../../src/runtime/node/direct.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server, its address, and what it was asked: `METHOD /path body token`. */
async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(`${request.method} ${request.url} ${body} ${request.headers.authorization ?? '-'}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const { signal } = new AbortController();
const fetchText = async (url: string, sent: Partial<Sent> = {}) => {
  const { status, body } = await fetchDirectly(url, {
    ...{ method: 'GET', headers: { authorization: 'token' }, signal },
    ...sent,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return [status, Buffer.concat(chunks).toString()];
};

describe('a redirect', () => {
  test('is followed with the token on the same server, by a path too', async () => {
    const server = await serving(({ url }, response) =>
      url === '/a' ? response.writeHead(301, { location: 'b?c' }).end('moved') : response.end('here'),
    );

    expect(await fetchText(`${server.url}/a`)).toEqual([200, 'here']);
    expect(server.asked).toEqual(['GET /a  token', 'GET /b?c  token']);
  });

  test('to another server leaves the token behind, and does not pick it up on the way back', async () => {
    const home: { url: string } = { url: '' };
    const away = await serving((_request, response) =>
      response.writeHead(302, { location: `${home.url}/back` }).end(),
    );
    const server = await serving(({ url }, response) =>
      url === '/back' ? response.end('here') : response.writeHead(302, { location: away.url }).end(),
    );
    home.url = server.url;

    expect(await fetchText(`${server.url}/a`)).toEqual([200, 'here']);
    expect(away.asked).toEqual(['GET /  -']);
    expect(server.asked).toEqual(['GET /a  token', 'GET /back  -']);
  });

  test.each([307, 308])('with %d repeats what was sent', async (status) => {
    const server = await serving(({ url }, response) =>
      url === '/a' ? response.writeHead(status, { location: '/b' }).end() : response.end('done'),
    );

    expect(await fetchText(`${server.url}/a`, { method: 'PATCH', body: '{}' })).toEqual([200, 'done']);
    expect(server.asked).toEqual(['PATCH /a {} token', 'PATCH /b {} token']);
  });

  test('that would turn what was sent into a question is an error', async () => {
    const server = await serving((_request, response) => response.writeHead(301, { location: '/b' }).end());

    await expect(fetchText(`${server.url}/a`, { method: 'POST', body: '{}' })).rejects.toThrow('301');
    expect(server.asked).toHaveLength(1);
  });

  test('in a circle ends', async () => {
    const server = await serving((_request, response) => response.writeHead(302, { location: '/' }).end());

    await expect(fetchText(server.url)).rejects.toThrow('redirects');
    expect(server.asked.length).toBeLessThan(10);
  });

  test('to nowhere is an error', async () => {
    const server = await serving((_request, response) =>
      response.writeHead(302, { location: 'ftp://x' }).end(),
    );

    await expect(fetchText(server.url)).rejects.toThrow();
  });
});

describe('a packed answer', () => {
  const packed = gzipSync('text '.repeat(10_000));

  test('is unpacked', async () => {
    const server = await serving(({ headers }, response) => {
      expect(headers['accept-encoding']).toBe('gzip');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
    });

    expect(await fetchText(server.url)).toEqual([200, 'text '.repeat(10_000)]);
  });

  test.each(['in the middle of the connection', 'of its own'])('cut short %s is an error', async (how) => {
    const server = await serving((_request, response) => {
      response.writeHead(200, {
        'content-encoding': 'gzip',
        ...(how === 'of its own' ? {} : { 'content-length': packed.length }),
      });
      response.write(packed.subarray(0, 40), () =>
        how === 'of its own' ? response.end() : response.destroy(),
      );
    });

    await expect(fetchText(server.url)).rejects.toThrow();
  });
});

describe('what is sent', () => {
  async function* chunks() {
    for (let i = 0; i < 3; i += 1) yield Buffer.from(`part ${i} `);
  }

  test('may be read as it goes', async () => {
    const server = await serving((_request, response) => response.end('done'));

    expect(
      await fetchText(server.url, { method: 'POST', body: chunks(), headers: { 'content-length': '21' } }),
    ).toEqual([200, 'done']);
    expect(server.asked).toEqual(['POST / part 0 part 1 part 2  -']);
  });

  test('that fails on its way is the error', async () => {
    const server = await serving((_request, response) => response.end('done'));
    async function* broken() {
      yield Buffer.from('part');
      throw new Error('disk on fire');
    }

    await expect(fetchText(server.url, { method: 'POST', body: broken(), headers: {} })).rejects.toThrow(
      'disk on fire',
    );
    expect(server.asked).toEqual([]);
  });

  test('is not taken further when it is cancelled', async () => {
    const stop = new AbortController();
    const server = await serving(() => stop.abort());

    await expect(fetchText(server.url, { signal: stop.signal })).rejects.toThrow();
  });

  test('is cancelled while the answer is read, too', async () => {
    const stop = new AbortController();
    const server = await serving((_request, response) => {
      response.write('x', () => setTimeout(() => stop.abort(), 20));
    });

    await expect(fetchText(server.url, { signal: stop.signal })).rejects.toThrow();
  });
});
