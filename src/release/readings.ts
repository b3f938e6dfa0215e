import type { Watch } from '../config/watch.ts';
import { UpstreamError } from '../core/errors.ts';
import type { Reading } from '../core/rollout/types.ts';
import { runCommand } from '../runtime/command.ts';
import type { WebAnswer } from '../runtime/web.ts';
import { type Circumstances, filled, variables } from './placeholders.ts';
import type { ReleaseDeps } from './types.ts';

type Asker = Pick<ReleaseDeps, 'runtime' | 'web'>;
type Provider = Watch['provider'];

/** Time a provider has to answer. */
const timeoutMs = 30_000;

/** Asks for the value of a metric. What kept it from being read is a reading too, never thrown. */
export async function read(asker: Asker, provider: Provider, about: Circumstances): Promise<Reading> {
  try {
    switch (provider.kind) {
      case 'prometheus':
        return await readPrometheus(asker, provider, about);
      case 'json':
        return await readJson(asker, provider, about);
      case 'run':
        return await readCommand(asker, provider, about);
    }
  } catch (error) {
    if (error instanceof UpstreamError) return { error: error.message };
    throw error;
  }
}

/** An instant query. An empty result is no data; a vector of several is an error, since which of them is meant is not said. */
async function readPrometheus(
  { web, runtime }: Asker,
  { url, query }: Extract<Provider, { kind: 'prometheus' }>,
  about: Circumstances,
): Promise<Reading> {
  const address = `${url.replace(/\/+$/, '')}/api/v1/query?${new URLSearchParams({ query: filled(query, about) })}`;
  const answer = await web.ask({ method: 'GET', url: address, timeoutMs, signal: runtime.signal });
  const { status, error, data } = (jsonOf(answer) ?? {}) as PrometheusAnswer;
  if (status !== 'success')
    return { error: `Prometheus answers ${answer.status}: ${error ?? 'no JSON of its API'}` };
  if (data?.resultType === 'scalar') return { value: sample(data.result) };
  if (data?.resultType !== 'vector' || !Array.isArray(data.result))
    return { error: `the query gives a ${data?.resultType ?? 'result of no type'}, not a number` };
  if (data.result.length > 1) return { error: `the query gives ${data.result.length} values, not one` };
  const [only] = data.result as { value?: unknown }[];
  return { value: only === undefined ? null : sample(only.value) };
}

interface PrometheusAnswer {
  status?: string;
  error?: string;
  data?: { resultType?: string; result?: unknown };
}

/** `[time, "value"]`, where the value may be NaN, +Inf or -Inf. */
function sample(pair: unknown): number | null {
  const text: unknown = Array.isArray(pair) ? pair[1] : null;
  if (typeof text !== 'string') return null;
  return Number(text.replace(/Inf$/, 'Infinity'));
}

async function readJson(
  { web, runtime }: Asker,
  { url, pointer }: Extract<Provider, { kind: 'json' }>,
  about: Circumstances,
): Promise<Reading> {
  const answer = await web.ask({ method: 'GET', url: filled(url, about), timeoutMs, signal: runtime.signal });
  if (answer.status < 200 || answer.status > 299) return { error: `the address answers ${answer.status}` };
  const whole = jsonOf(answer);
  if (whole === undefined) return { error: 'the address answers something that is no JSON' };
  const value = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(member, whole);
  if (value === undefined || value === null) return { value: null };
  return typeof value === 'number' ? { value } : { error: `there is no number at ${pointer || 'the root'}` };
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

/** The last line of the command's output is the number; nothing at all is no data. */
async function readCommand(
  { runtime }: Asker,
  { command }: Extract<Provider, { kind: 'run' }>,
  about: Circumstances,
): Promise<Reading> {
  const env = variables(about);
  const { code, stdout, said } = await runCommand(runtime, { command, cwd: runtime.cwd, env, timeoutMs });
  if (code !== 0) return { error: `the command ended with ${code ?? 'a signal'}: ${said}` };
  const text = stdout.trimEnd().split(/\r?\n/).at(-1)?.trim() ?? '';
  if (text === '') return { value: null };
  if (/^nan$/i.test(text)) return { value: Number.NaN };
  const value = Number(text);
  return Number.isNaN(value)
    ? { error: `the command prints ${JSON.stringify(text.slice(0, 80))}, no number` }
    : { value };
}

function jsonOf({ text }: WebAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
