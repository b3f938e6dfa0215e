import { type Handlers, repositoryOf, userOf } from './call.ts';
import { limitOf } from './limits.ts';
import { notAccessible, notFound } from './refusals.ts';
import { ownRepository, userShape } from './shapes.ts';
import { userNamed } from './state.ts';

export const account: Handlers = {
  'repos/get': (call) => ({ status: 200, body: ownRepository(call.places, repositoryOf(call)) }),
  'repos/get-collaborator-permission-level': (call) => {
    const repository = repositoryOf(call);
    const login = String(call.path['username']);
    const isKnown =
      call.state.users.has(login) || login === repository.owner || repository.collaborators.has(login);
    if (!isKnown) throw notFound();
    const role = login === repository.owner ? 'admin' : (repository.collaborators.get(login) ?? 'none');
    const legacy: Record<string, string> = { maintain: 'write', triage: 'read' };
    const standard = repository.private || role !== 'none' ? role : 'read';
    const user = { ...userShape(call.places, userNamed(call.state, login)), role_name: standard };
    return { status: 200, body: { permission: legacy[standard] ?? standard, role_name: standard, user } };
  },
  /** An installation's token has nobody behind it. */
  'users/get-authenticated': (call) => {
    const user = userOf(call);
    if (call.token?.installation) throw notAccessible('');
    const zero = ['public_repos', 'public_gists', 'followers', 'following', 'collaborators', 'disk_usage'];
    const more = ['owned_private_repos', 'private_gists', 'total_private_repos'];
    const none = ['bio', 'company', 'email', 'hireable', 'location', 'name'];
    const body = {
      ...userShape(call.places, user),
      ...Object.fromEntries([...zero, ...more].map((name) => [name, 0])),
      ...Object.fromEntries(none.map((name) => [name, null])),
      ...{ blog: '', two_factor_authentication: true },
      ...{ created_at: '2020-01-01T00:00:00Z', updated_at: '2020-01-01T00:00:00Z' },
    };
    return { status: 200, body };
  },
  'rate-limit/get': (call) => {
    userOf(call);
    const core = limitOf(call.state, call.token as NonNullable<typeof call.token>);
    const search = { limit: 30, used: 0, remaining: 30, reset: core.reset };
    return { status: 200, body: { resources: { core, search, graphql: core }, rate: core } };
  },
  'meta/get': (call) => ({
    status: 200,
    body: {
      verifiable_password_authentication: false,
      ...(call.places.api.endsWith('/v3') ? { installed_version: '3.17.0' } : {}),
    },
  }),
};
