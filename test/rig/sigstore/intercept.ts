import nock from 'nock';
import type { Handler } from './index.ts';

/** Answers the next request to each of these hosts in this process, whatever they are in the world. */
export function intercept(handlers: Readonly<Record<string, Handler>>): void {
  for (const [host, { path, fn }] of Object.entries(handlers))
    nock(`https://${host}`)
      .post(path)
      .reply(async (_url, sent) => {
        const { statusCode, response, contentType } = await fn(bodyOf(sent));
        return [statusCode, response, { 'Content-Type': contentType ?? 'text/plain' }];
      });
}

export function endIntercepting(): void {
  nock.cleanAll();
}

/** A body that is no text comes as hexadecimal digits, JSON as what it says. */
function bodyOf(sent: unknown): string {
  if (typeof sent !== 'string') return JSON.stringify(sent);
  return /^[0-9a-f]+$/.test(sent) ? Buffer.from(sent, 'hex').toString() : sent;
}
