import { notAccessible, notFound, Refusal } from './refusals.ts';
import type { Repository, Token } from './state.ts';

export type Level = 'none' | 'read' | 'write';
export type Permission =
  | 'actions'
  | 'attestations'
  | 'checks'
  | 'contents'
  | 'deployments'
  | 'issues'
  | 'metadata'
  | 'pull-requests'
  | 'statuses';
/** As a workflow's `permissions:` has them; what is not named is `none`, `metadata` is always `read`. */
export type Permissions = Partial<Record<Permission, Level>>;

export const readAll = Object.fromEntries(
  [
    'actions',
    'attestations',
    'checks',
    'contents',
    'deployments',
    'issues',
    'metadata',
    'pull-requests',
    'statuses',
  ].map((name) => [name, 'read']),
) as Permissions;
export const writeAll = Object.fromEntries(
  Object.keys(readAll).map((name) => [name, 'write']),
) as Permissions;

/**
 * Any of these is enough (docs.github.com/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
 * and .../permissions-required-for-github-apps).
 */
const needs: Record<string, readonly Permission[]> = {
  actions: ['actions'],
  checks: ['checks'],
  git: ['contents'],
  issues: ['issues', 'pull-requests'],
  pulls: ['pull-requests'],
  repos: ['contents'],
};
const exceptions: Record<string, readonly Permission[]> = {
  'repos/create-attestation': ['attestations'],
  'repos/get': ['metadata'],
  'repos/get-collaborator-permission-level': ['metadata'],
  'repos/list-pull-requests-associated-with-commit': ['contents', 'pull-requests'],
};

export function neededFor(operation: string): readonly Permission[] {
  if (/deployment/.test(operation)) return ['deployments'];
  return exceptions[operation] ?? needs[operation.split('/')[0] ?? ''] ?? [];
}

function levelOf(token: Token, permission: Permission): Level {
  return token.permissions[permission] ?? (permission === 'metadata' ? 'read' : 'none');
}

export function allows(token: Token, permission: Permission, level: 'read' | 'write'): boolean {
  const has = levelOf(token, permission);
  return has === 'write' || (has === 'read' && level === 'read');
}

/** Whether this token was given the repository at all; public ones can be read by everybody. */
export function reaches(token: Token | null, repository: Repository): boolean {
  if (token === null) return false;
  return token.repositories === null || token.repositories.includes(repository.fullName);
}

/**
 * Throws GitHub's refusal when the token may not do this: 404 for a private repository it was not given, 401 without a
 * token, 403 otherwise. Reading a public repository needs nothing but the artifacts' bytes.
 */
export function demand(
  token: Token | null,
  repository: Repository,
  permissions: readonly Permission[],
  level: 'read' | 'write',
): void {
  const given = reaches(token, repository);
  if (repository.private && !given) throw notFound();
  if (!repository.private && level === 'read') return;
  if (token === null) throw new Refusal(401, 'Requires authentication');
  if (given && permissions.some((permission) => allows(token, permission, level))) return;
  throw notAccessible(permissions.map((name) => `${name.replace('-', '_')}=${level}`).join('; '));
}
