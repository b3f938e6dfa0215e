import { UpstreamError } from '../core/errors.ts';
import { chat } from '../report/escape.ts';
import type { DeployResult, ReleaseDeps } from './types.ts';

const timeoutMs = 10_000;

/**
 * Tells the environment's webhook how a deployment ended or that it is held: once, and not again when it does not answer.
 * The address is a secret: no message names it.
 */
export async function notify(
  { environment, model, runtime, web, by }: ReleaseDeps,
  { result, record, reason }: DeployResult,
): Promise<void> {
  const { webhook, name } = environment;
  if (webhook === null) return;
  const url = runtime.env[webhook] ?? '';
  const version = record?.candidate.version ?? null;
  const text = chat(`${model} ${version} to ${name}: ${result}. ${reason}`);
  const body = {
    text,
    model,
    version,
    environment: name,
    result,
    deployment: record?.id ?? null,
    url: by.url,
  };
  const said = await web
    .ask({ method: 'POST', url, body, timeoutMs, signal: runtime.signal })
    .then(({ status }) => (status < 300 ? null : `answers ${status}`))
    .catch((error: unknown) => {
      if (!(error instanceof UpstreamError)) throw error;
      return url === '' ? 'is not set' : 'cannot be reached';
    });
  if (said !== null) runtime.log.warn(`Nobody was told: the webhook in ${webhook} ${said}.`);
}
