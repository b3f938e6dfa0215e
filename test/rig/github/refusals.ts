import type { ErrorObject } from 'ajv';

/** An answer that is not the one hoped for, in GitHub's words. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    more: { errors?: unknown[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.headers = more.headers ?? {};
    const errors = more.errors === undefined ? {} : { errors: more.errors };
    this.body = {
      message,
      ...errors,
      documentation_url: 'https://docs.github.com/rest',
      status: String(status),
    };
  }
}

export const notFound = () => new Refusal(404, 'Not Found');

export const badCredentials = () => new Refusal(401, 'Bad credentials');

export const unprocessable = (message: string) => new Refusal(422, message);

/** Which header says what permission would have been enough. */
export function notAccessible(accepted: string): Refusal {
  const headers = { 'x-accepted-github-permissions': accepted };
  return new Refusal(403, 'Resource not accessible by integration', { headers });
}

/** A value that GitHub's models refuse, as `Validation Failed` with one error. */
export function invalidField(resource: string, field: string, code: string, message?: string): Refusal {
  const error = { resource, code, field, ...(message ? { message } : {}) };
  return new Refusal(422, 'Validation Failed', { errors: [error] });
}

/** A request that does not fit the description, as GitHub's own schema check says it. */
export function invalidRequest(problems: readonly ErrorObject[]): Refusal {
  const first = problems[0];
  const said =
    first?.keyword === 'required'
      ? `"${(first.params as { missingProperty: string }).missingProperty}" wasn't supplied.`
      : `For 'properties${first?.instancePath ?? ''}', the value ${first?.message}.`;
  return new Refusal(422, `Invalid request.\n\n${said}`);
}
