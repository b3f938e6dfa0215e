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
        `Add the line "permissions: ${permission}" to the job, as YAML: permissions:\\n  ${permission}. ` +
        'Runs for forks and Dependabot get a read-only token whatever the file says: report from workflow_run there.',
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
    return new MissingPermission(what, permissionOf(accepted) ?? needs);
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

/** `pull_requests=write; issues=write` → `pull-requests: write`, the first of the alternatives. */
function permissionOf(accepted: string | null): string | null {
  const match = /^\s*([a-z_]+)=(read|write|admin)/.exec(accepted ?? '');
  return match ? `${(match[1] as string).replaceAll('_', '-')}: ${match[2]}` : null;
}

/** What GitHub said, fit for one line of a log: no control characters, at most 300 characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, 300)
    .trim();
}
