import { ConfigError, UpstreamError } from '../core/errors.ts';

/** An answer that is no: status and GraphQL's own word for it. Callers that expect some of them look at these. */
export class Refusal extends UpstreamError {
  readonly status: number;
  /** GraphQL: `NOT_FOUND`, `STALE_DATA`, `FORBIDDEN`, …; REST: `null`. */
  readonly type: string | null;
  /** What GitHub said, control characters removed, at most 300 characters. */
  readonly said: string;

  constructor(what: string, status: number, said: string, type: string | null = null) {
    super(`GitHub refused ${what} (${type ?? status}): ${said}`, { retryable: false });
    this.status = status;
    this.type = type;
    this.said = said;
  }
}

/** The token may not do this; `permission` is what the workflow has to grant. */
export class MissingPermission extends ConfigError {
  readonly permission: string;

  constructor(what: string, permission: string) {
    super(`The token may not do this (${what}): the job lacks "${permission}".`, {
      expected: `permissions: ${permission}`,
      hint:
        `Add the line "${permission}" below "permissions:" of the job. Runs for forks and Dependabot get a read-only ` +
        'token whatever the file says: there a second workflow, on workflow_run, reports.',
    });
    this.permission = permission;
  }
}

/** Whether an error is GitHub's answer with one of these statuses. */
export function isRefusal(error: unknown, ...statuses: readonly number[]): error is Refusal {
  return error instanceof Refusal && statuses.includes(error.status);
}

/** The value, or `null` where GitHub answers with one of these statuses. */
export async function orNull<T>(value: Promise<T>, ...statuses: readonly number[]): Promise<T | null> {
  try {
    return await value;
  } catch (error) {
    if (isRefusal(error, ...statuses)) return null;
    throw error;
  }
}

/** The error of an answer with a status of 400 and more. `accepted` is GitHub's `x-accepted-github-permissions`. */
export function errorOfAnswer(
  what: string,
  status: number,
  said: string,
  needs: string,
  accepted: string | null,
): Error {
  if (status === 401) return expiredToken(what);
  if (status === 403 && /not accessible by|must have (?:push|admin|write)/i.test(said)) {
    return new MissingPermission(what, permissionOf(accepted, needs));
  }
  if (status >= 500) return serverError(what, String(status));
  return new Refusal(what, status, said);
}

export function expiredToken(what: string): ConfigError {
  return new ConfigError(
    `GitHub does not know the token (401, ${what}): it has expired or was made elsewhere.`,
    {
      expected: 'a token that is valid now, for this server',
      hint: `Leave the input out: the job's own token (\${{ github.token }}) is then used. It ends with the job.`,
    },
  );
}

export function serverError(what: string, why: string): UpstreamError {
  return new UpstreamError(`GitHub failed (${why}, ${what}).`, {
    retryable: true,
    hint: 'Run the job again; https://www.githubstatus.com tells whether GitHub has trouble.',
  });
}

/**
 * `issues=write; pull_requests=write` are alternatives: ours when it is one of them (it may be more than this request takes,
 * because others follow), else the first; ours when none is told.
 */
function permissionOf(accepted: string | null, needs: string): string {
  const told = [...(accepted ?? '').matchAll(/([a-z_]+)=(read|write|admin)/g)].map(
    ([, name = '', level]) => `${name.replaceAll('_', '-')}: ${level}`,
  );
  const [name] = needs.split(':');
  return told.some((one) => one.startsWith(`${name}:`)) ? needs : (told[0] ?? needs);
}

/** What GitHub said, fit for one line of a log: no control characters, at most 300 characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, 300)
    .trim();
}
