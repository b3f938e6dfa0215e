import type { Probe } from '../config/watch.ts';
import { UpstreamError } from '../core/errors.ts';
import { runCommand } from '../runtime/command.ts';
import type { WebAnswer } from '../runtime/web.ts';
import { type Circumstances, variables } from './placeholders.ts';
import type { ReleaseDeps } from './types.ts';

type Asker = Pick<ReleaseDeps, 'runtime' | 'web'>;

/** Pause between two tries: a server that starts takes its time. */
const againAfterMs = 1000;

/** Asks a probe until it is content or its time is over; the reason when it is not. */
export async function probed(asker: Asker, probe: Probe, about: Circumstances): Promise<string | null> {
  const { clock, signal } = asker.runtime;
  const until = clock.monotonic() + probe.timeout * 1000;
  for (;;) {
    const left = until - clock.monotonic();
    const reason = await askOnce(asker, probe, about, Math.max(1000, left)).catch(asReason);
    if (reason === null || clock.monotonic() + againAfterMs >= until) return reason;
    await clock.sleep(againAfterMs, signal);
  }
}

function askOnce(
  asker: Asker,
  probe: Probe,
  about: Circumstances,
  timeoutMs: number,
): Promise<string | null> {
  switch (probe.kind) {
    case 'http':
      return askHttp(asker, probe, timeoutMs);
    case 'oip':
      return askOip(asker, probe, about, timeoutMs);
    case 'run':
      return askCommand(asker, probe, about, timeoutMs);
  }
}

/** Content with any answer of 200 to 299 that contains the text asked for. */
async function askHttp(
  { web, runtime }: Asker,
  { url, contains }: Extract<Probe, { kind: 'http' }>,
  timeoutMs: number,
): Promise<string | null> {
  const answer = await web.ask({ method: 'GET', url, timeoutMs, signal: runtime.signal });
  if (!isFine(answer)) return `${url} answers ${answer.status}`;
  return contains === null || answer.text.includes(contains)
    ? null
    : `${url} answers without ${JSON.stringify(contains)}`;
}

/** Open Inference Protocol v2: the server and the model are ready, and an inference gives outputs. */
async function askOip(
  { web, runtime }: Asker,
  { url, model, infer }: Extract<Probe, { kind: 'oip' }>,
  about: Circumstances,
  timeoutMs: number,
): Promise<string | null> {
  const base = url.replace(/\/+$/, '');
  const name = encodeURIComponent(model ?? about.model);
  const { signal } = runtime;
  for (const path of ['/v2/health/ready', `/v2/models/${name}/ready`]) {
    const answer = await web.ask({ method: 'GET', url: base + path, timeoutMs, signal });
    if (!isFine(answer)) return `${base}${path} answers ${answer.status}`;
    if (isPage(answer)) return `${base}${path} answers a page, nothing of the Open Inference Protocol`;
    if (member(answer, 'ready') === false) return `${base}${path} says that it is not ready`;
  }
  if (infer === null) return null;
  const path = `${base}/v2/models/${name}/infer`;
  const answer = await web.ask({ method: 'POST', url: path, body: infer, timeoutMs, signal });
  if (!isFine(answer)) return `${path} answers ${answer.status}`;
  return hasOutputs(answer) ? null : `${path} answers no outputs of the Open Inference Protocol`;
}

/** Content with exit code 0. */
async function askCommand(
  { runtime }: Asker,
  { command }: Extract<Probe, { kind: 'run' }>,
  about: Circumstances,
  timeoutMs: number,
): Promise<string | null> {
  const { code, said } = await runCommand(runtime, {
    ...{ command, cwd: runtime.cwd, env: variables(about), timeoutMs },
  });
  return code === 0 ? null : `the probe ended with ${code ?? 'a signal'}: ${said}`;
}

function isFine({ status }: WebAnswer): boolean {
  return status >= 200 && status < 300;
}

/** A sign-in page or a proxy's excuse comes with 200, too. */
function isPage({ type, text }: WebAnswer): boolean {
  return type === 'text/html' || /^\s*<(!doctype|html)\b/i.test(text);
}

function hasOutputs(answer: WebAnswer): boolean {
  const outputs = member(answer, 'outputs');
  return Array.isArray(outputs) && outputs.length > 0;
}

/** A member of an answer that is a JSON object; `undefined` of any other. */
function member({ text }: WebAnswer, name: 'outputs' | 'ready'): unknown {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}

/** A server that cannot be reached does not answer its probe. */
function asReason(error: unknown): string {
  if (error instanceof UpstreamError) return error.message.replace(/\.$/, '');
  throw error;
}
