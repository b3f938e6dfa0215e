import { ConfigError } from '../core/errors.ts';
import { MissingPermission, oneLine, Refusal } from './failures.ts';

interface GraphqlError {
  type: string | null;
  message: string;
}

/** Whether a GraphQL answer tells of a limit or of a failure inside GitHub; both come with status 200. */
export function graphqlTrouble(value: unknown): 'limit' | 'failure' | null {
  const errors = errorsIn(value);
  if (errors.some(({ type }) => type === 'RATE_LIMITED')) return 'limit';
  const failed = /Something went wrong while executing your query|couldn't respond to your request in time/i;
  return errors.some(({ message }) => failed.test(message)) ? 'failure' : null;
}

/**
 * The data of an answer. A part that was not found is `null` in it, as GitHub answers; any other error is thrown:
 * MissingPermission, ConfigError for a server that lacks a field, or a Refusal with GitHub's type.
 */
export function readGraphql<T>(value: unknown, what: string, needs: string): T {
  const errors = errorsIn(value);
  const data = (value as { data?: T | null } | null)?.data ?? null;
  const forbidden = errors.find(
    ({ type, message }) => type === 'FORBIDDEN' || /not accessible by/i.test(message),
  );
  if (forbidden && !/locked|protect|rule/i.test(forbidden.message)) throw new MissingPermission(what, needs);
  const unknown = errors.find(({ message }) => /doesn't exist on type|Cannot query field/i.test(message));
  if (unknown) throw olderServer(what, unknown.message);
  const other = errors.find(({ type }) => type !== 'NOT_FOUND' || data === null) ?? forbidden;
  if (other) throw new Refusal(what, 200, oneLine(other.message), other.type ?? 'ERROR');
  if (data === null) throw new Refusal(what, 200, 'an answer without data', 'ERROR');
  return data;
}

function olderServer(what: string, message: string): ConfigError {
  return new ConfigError(`This GitHub server is too old for Trainyard (${what}): ${oneLine(message)}`, {
    expected: 'github.com, or a GitHub Enterprise Server whose GraphQL API has that field',
    hint: 'Update the server.',
  });
}

function errorsIn(value: unknown): GraphqlError[] {
  const errors = (value as { errors?: unknown } | null)?.errors;
  if (!Array.isArray(errors)) return [];
  return errors.map((error: unknown) => {
    const { type, message } = (error ?? {}) as Record<string, unknown>;
    return {
      type: typeof type === 'string' ? type : null,
      message: typeof message === 'string' ? message : '',
    };
  });
}
