import { createHash } from 'node:crypto';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { uploadUrl } from '../../src/github/transfer.ts';
import { makeFolder, makeRuntime, removeFolders } from '../git/repository.ts';
import { clientOf, secret } from './scripted.ts';

afterAll(removeFolders);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Received {
  url: string;
  headers: IncomingHttpHeaders;
  sha256: string;
  bytes: number;
}

/** A server that hashes what it is sent and answers by number of the request. */
async function serving(
  answer: (response: ServerResponse, count: number) => void,
  onChunk: () => void = () => {},
) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of request) {
        hash.update(chunk as Buffer);
        onChunk();
        bytes += (chunk as Buffer).length;
      }
    } catch {
      return;
    }
    const { url = '', headers } = request;
    received.push({ url, headers, sha256: hash.digest('hex'), bytes });
    answer(response, received.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const download = { method: 'GET', path: '/repos/octo/flights/x/zip', needs: 'actions: read' } as const;
const content = Buffer.alloc(9_000_000, 'model ');

describe('a download', () => {
  const target = () => join(makeFolder(), 'out');

  test('lands on disk as it came, and leaves the token at home when it is sent elsewhere', async () => {
    const blobs = await serving((response) => response.end(content));
    const api = await serving((response) => response.writeHead(302, { location: `${blobs.url}/x` }).end());
    const file = target();

    await clientOf(api.url).download({ ...download, accept: 'application/octet-stream' }, file, 9_000_000);

    expect(readFileSync(file).equals(content)).toBe(true);
    expect(api.received[0]?.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      accept: 'application/octet-stream',
    });
    expect(blobs.received[0]?.headers.authorization).toBeUndefined();
  });

  test('replaces what is there, and begins anew when it is cut', async () => {
    const server = await serving((response, count) => {
      response.writeHead(200, { 'content-length': content.length });
      if (count === 2) response.end(content);
      else response.write(content.subarray(0, 5_000_000), () => response.destroy());
    });
    const file = target();
    writeFileSync(file, 'x'.repeat(10_000_000));

    await clientOf(server.url).download(download, file, 9_000_000);

    expect(readFileSync(file).equals(content)).toBe(true);
    expect(server.received).toHaveLength(2);
  });

  test('of more than it may have ends at once, for good', async () => {
    const server = await serving((response) => response.end(content));

    await expect(clientOf(server.url).download(download, target(), 1000)).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: false,
      message: expect.stringContaining('more than 1000 bytes'),
    });
    expect(server.received).toHaveLength(1);
  });

  test('that is refused is a Refusal, and leaves no file', async () => {
    const server = await serving((response) =>
      response.writeHead(410).end(JSON.stringify({ message: 'Artifact has expired' })),
    );
    const file = target();

    await expect(clientOf(server.url).download(download, file, 1000)).rejects.toMatchObject({
      status: 410,
      said: 'Artifact has expired',
    });
    expect(existsSync(file)).toBe(false);
  });

  test('ends when the job is cancelled', async () => {
    const stop = new AbortController();
    const server = await serving((response) => {
      response.write('x');
      stop.abort();
    });
    const runtime = { ...makeRuntime(), signal: stop.signal };

    await expect(clientOf(server.url, runtime).download(download, target(), 1000)).rejects.toMatchObject({
      name: 'CancelledError',
    });
  });
});

describe('an upload', () => {
  const fileOf = () => {
    const file = join(makeFolder(), 'model');
    writeFileSync(file, content);
    return { file, bytes: content.length, query: { name: 'a b&c' }, needs: 'contents: write' };
  };

  test('sends the file with its length, and gives the answer back', async () => {
    const server = await serving((response) => response.writeHead(201).end('{"id":7}'));
    const url = `${server.url}/uploads/repos/octo/flights/releases/1/assets{?name,label}`;

    expect(await clientOf(server.url).upload({ ...fileOf(), url })).toEqual({ id: 7 });

    expect(server.received).toEqual([
      {
        url: '/uploads/repos/octo/flights/releases/1/assets?name=a+b%26c',
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
        headers: expect.objectContaining({
          authorization: `Bearer ${secret}`,
          'content-length': String(content.length),
          'content-type': 'application/octet-stream',
        }),
      },
    ]);
    expect(server.received[0]?.headers['transfer-encoding']).toBeUndefined();
  });

  test('never holds the file in memory', async () => {
    let peak = 0;
    const server = await serving(
      (response) => response.writeHead(201).end('{}'),
      () => {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers);
      },
    );
    const upload = { ...fileOf(), bytes: 300 << 20, url: `${server.url}/x` };
    truncateSync(upload.file, upload.bytes);
    const before = process.memoryUsage().arrayBuffers;

    await clientOf(server.url).upload(upload);

    expect(server.received[0]?.bytes).toBe(upload.bytes);
    expect(peak - before).toBeLessThan(150 << 20);
  });

  test.each([502, 500])('answered with %d is not repeated by itself', async (status) => {
    const server = await serving((response) => response.writeHead(status).end('{}'));

    await expect(clientOf(server.url).upload({ ...fileOf(), url: `${server.url}/x` })).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: true,
    });
    expect(server.received).toHaveLength(1);
  });

  test('waits as a rate limit asks, then sends the whole file again', async () => {
    const server = await serving((response, count) =>
      count === 1
        ? response.writeHead(403, { 'retry-after': '1' }).end('{"message":"secondary rate limit"}')
        : response.writeHead(201).end('{}'),
    );

    await clientOf(server.url).upload({ ...fileOf(), url: `${server.url}/x` });

    expect(server.received.map(({ bytes }) => bytes)).toEqual([content.length, content.length]);
  });

  test('of a file that shrank meanwhile fails', async () => {
    const server = await serving((response) => response.writeHead(201).end('{}'));
    const upload = fileOf();
    truncateSync(upload.file, 1000);

    await expect(clientOf(server.url).upload({ ...upload, url: `${server.url}/x` })).rejects.toMatchObject({
      name: 'UpstreamError',
    });
  });
});

describe('the address for uploads', () => {
  test.each([
    ['https://uploads.github.com/repos/o/r/releases/1/assets{?name,label}', 'https://api.github.com'],
    ['https://uploads.acme.ghe.com/repos/o/r/releases/1/assets', 'https://api.acme.ghe.com'],
    ['https://git.acme.com/api/uploads/repos/o/r/releases/1/assets', 'https://git.acme.com/api/v3'],
  ])('%s is taken where the API is %s', (told, api) => {
    expect(uploadUrl(told, api).href).toBe(told.split('{')[0]);
  });

  test.each([
    ['https://evil.com/x', 'https://api.github.com'],
    ['https://evilgithub.com/x', 'https://api.github.com'],
    ['http://uploads.github.com/x', 'https://api.github.com'],
    ['nonsense', 'https://api.github.com'],
  ])('%s is refused where the API is %s', (told, api) => {
    expect(() => uploadUrl(told, api)).toThrow(
      expect.objectContaining({ name: 'ConfigError', hint: expect.stringContaining('GITHUB_API_URL') }),
    );
  });
});
