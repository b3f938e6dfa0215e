import { CancelledError, ConfigError, UpstreamError } from '../../core/errors.ts';
import { fetchDirectly, type Reply, type Sent } from '../../runtime/node/direct.ts';
import type { Runtime } from '../../runtime/types.ts';
import { writeChunks } from '../../runtime/write-chunks.ts';

/** A tracking server of MLflow: its REST API, and the artifacts that it keeps. */
export interface MlflowServer {
  /** `null` where the server knows no such thing. */
  get<T>(path: string, query: Readonly<Record<string, string>>): Promise<T | null>;
  /** An answer that is an error of the server's is a `Refused`. */
  post<T>(path: string, body: object): Promise<T>;
  /** Sends a file, or a text, as an artifact; what is there under the path is replaced. */
  put(path: string, content: { file: string; bytes: number } | { text: string }): Promise<void>;
  /** Brings an artifact to a new file; `false` when there is none. */
  download(path: string, file: string): Promise<boolean>;
  /** A small artifact; `null` when there is none. */
  readText(path: string): Promise<string | null>;
}

/** The server said no; `code` is its own word. */
export class Refused extends UpstreamError {
  readonly code: string;

  constructor(what: string, status: number, code: string, said: string) {
    super(`MLflow refused ${what} (${code || status}): ${said}`, { retryable: false });
    this.code = code;
  }
}

const timeoutMs = 60_000;
/** Nothing moves for longer than this: a transfer of any length. */
const transferMs = 6 * 60 * 60_000;
const textBytes = 16 * 1024 * 1024;
const tries = 3;

/** Opens the server at an address; credentials are the variables that MLflow's own client reads. */
export function openMlflow(runtime: Runtime, url: string): MlflowServer {
  const headers = credentials(runtime.env);
  const ask = async (
    what: string,
    path: string,
    sent: Omit<Sent, 'signal' | 'headers'> & { headers?: Sent['headers'] },
    limitMs: number,
  ) => {
    const signal = AbortSignal.any([runtime.signal, AbortSignal.timeout(limitMs)]);
    try {
      const reply = await fetchDirectly(`${url}${path}`, {
        ...sent,
        headers: { ...headers, ...sent.headers },
        signal,
      });
      if (reply.status >= 500) throw failed(what, `status ${reply.status}`);
      return reply;
    } catch (error) {
      if (runtime.signal.aborted) throw new CancelledError('Cancelled while waiting for MLflow.');
      throw error instanceof UpstreamError ? error : failed(what, (error as Error).message || String(error));
    }
  };
  const json = async <T>(what: string, path: string, method: string, body?: object): Promise<T> => {
    const sent =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return repeated(runtime, async () => {
      const reply = await ask(what, `/api/2.0/mlflow/${path}`, { method, ...sent }, timeoutMs);
      return accepted<T>(what, reply.status, await textOf(reply, what));
    });
  };
  const artifact = (path: string) =>
    `/api/2.0/mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;
  return {
    async get<T>(path: string, query: Readonly<Record<string, string>>) {
      try {
        return await json<T>(`GET ${path}`, `${path}?${new URLSearchParams(query)}`, 'GET');
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    post: (path, body) => json(`POST ${path}`, path, 'POST', body),
    put: (path, content) =>
      repeated(runtime, async () => {
        const what = `PUT ${path}`;
        const bytes = 'text' in content ? Buffer.byteLength(content.text) : content.bytes;
        const body = 'text' in content ? content.text : runtime.files.stream(content.file);
        const reply = await ask(
          what,
          artifact(path),
          { method: 'PUT', body, headers: { 'content-length': String(bytes) } },
          transferMs,
        );
        accepted(what, reply.status, await textOf(reply, what));
      }),
    async download(path, file) {
      return repeated(runtime, async () => {
        const what = `GET ${path}`;
        const reply = await ask(what, artifact(path), { method: 'GET' }, transferMs);
        if (reply.status === 404) return false;
        if (reply.status >= 400) accepted(what, reply.status, await textOf(reply, what));
        await writeChunks(runtime.files, file, reply.body ?? nothing());
        return true;
      });
    },
    async readText(path) {
      const what = `GET ${path}`;
      const reply = await ask(what, artifact(path), { method: 'GET' }, timeoutMs);
      const text = await textOf(reply, what);
      if (reply.status === 404) return null;
      if (reply.status >= 400) accepted(what, reply.status, text);
      return text;
    },
  };
}

/** What was asked for is not there: MLflow says so with 404, and with 400 of an alias. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof Refused)) return false;
  const { code, message } = error;
  return (
    code === 'RESOURCE_DOES_NOT_EXIST' ||
    (code === 'INVALID_PARAMETER_VALUE' && /alias .*not found/i.test(message))
  );
}

function credentials(env: Runtime['env']): Record<string, string> {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password,
  } = env;
  if (token) return { authorization: `Bearer ${token}` };
  if (user && password)
    return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  return {};
}

function accepted<T>(what: string, status: number, text: string): T {
  if (status === 401 || status === 403) throw notAllowed(what, status);
  const value = jsonIn(text);
  if (status < 400) return value as T;
  const { error_code: code = '', message = text.slice(0, 300) } = (value ?? {}) as {
    error_code?: string;
    message?: string;
  };
  throw new Refused(what, status, code, message.slice(0, 300));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function notAllowed(what: string, status: number): ConfigError {
  return new ConfigError(`MLflow does not let us in (${status}, ${what}).`, {
    expected: 'MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD',
    hint: 'Set them below "env:" of the step, from secrets.',
  });
}

function failed(what: string, why: string): UpstreamError {
  return new UpstreamError(`MLflow failed (${why}, ${what}).`, {
    retryable: true,
    hint: 'Look whether the server at "register.url" runs, and run the job again.',
  });
}

async function repeated<T>({ clock, signal }: Runtime, work: () => Promise<T>): Promise<T> {
  for (let done = 1; ; done += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UpstreamError && error.retryable) || done >= tries) throw error;
    }
    await clock.sleep(1000 * 2 ** done, signal);
  }
}

async function textOf({ body }: Reply, what: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > textBytes) throw new UpstreamError(`MLflow sends more than ${textBytes} bytes (${what}).`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
