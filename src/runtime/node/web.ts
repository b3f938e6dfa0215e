import { CancelledError, UpstreamError } from '../../core/errors.ts';
import type { Web, WebRequest } from '../web.ts';

/** Largest answer that is read. */
const maxBytes = 1 << 20;

/** HTTP of this machine. Redirects are not followed: a probe is about the address it names. */
export const nodeWeb: Web = {
  async ask(request) {
    const limit = AbortSignal.timeout(Math.ceil(request.timeoutMs));
    const signals = request.signal ? [limit, request.signal] : [limit];
    try {
      const response = await fetch(request.url, {
        method: request.method,
        redirect: 'manual',
        signal: AbortSignal.any(signals),
        ...(request.body !== undefined && {
          body: JSON.stringify(request.body),
          headers: { 'content-type': 'application/json' },
        }),
      });
      const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      return { status: response.status, type, text: await textOf(response, request) };
    } catch (error) {
      if (request.signal?.aborted) throw new CancelledError('Cancelled while waiting for an answer.');
      if (error instanceof UpstreamError) throw error;
      const why = limit.aborted ? `no answer within ${request.timeoutMs / 1000} s` : reasonOf(error);
      throw new UpstreamError(`${shown(request.url)} could not be asked: ${why}.`, {
        retryable: true,
        cause: error,
      });
    }
  },
};

async function textOf(response: Response, { url }: WebRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) throw new UpstreamError(`${shown(url)} answers more than ${maxBytes} bytes.`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** An address without what may be secret in it. */
function shown(address: string): string {
  if (!URL.canParse(address)) return JSON.stringify(address.slice(0, 200));
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}

/** The innermost cause says what happened; of several addresses that failed it only has a code. */
function reasonOf(error: unknown): string {
  const { cause, message, code } = (error ?? {}) as { cause?: unknown; message?: string; code?: unknown };
  return cause === undefined ? message || String(code) : reasonOf(cause);
}
