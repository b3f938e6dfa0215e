import type { Places } from './call.ts';
import { withLinks } from './spec.ts';
import type { Repository, User } from './state.ts';

/** A stable opaque id, in the manner of GitHub's global node ids. */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}

export function userShape(places: Places, { id, login, type }: User): Record<string, unknown> {
  const url = `${places.api}/users/${encodeURIComponent(login)}`;
  return withLinks('simple-user', url, {
    id,
    node_id: nodeId(type === 'Bot' ? 'BOT' : 'U', id),
    login,
    type,
    site_admin: false,
    gravatar_id: '',
    url,
    html_url: `${places.html}/${type === 'Bot' ? `apps/${login.replace('[bot]', '')}` : login}`,
  });
}

export const repositoryUrl = (places: Places, { fullName }: Repository) => `${places.api}/repos/${fullName}`;
export const repositoryPage = (places: Places, { fullName }: Repository) => `${places.html}/${fullName}`;

function ownerOf(repository: Repository): User {
  return { id: repository.id + 500_000_000, login: repository.owner, type: 'User' };
}

export function minimalRepository(places: Places, repository: Repository): Record<string, unknown> {
  const url = repositoryUrl(places, repository);
  return withLinks('minimal-repository', url, {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: repository.fullName,
    owner: userShape(places, ownerOf(repository)),
    private: repository.private,
    fork: repository.fork,
    description: repository.description,
    url,
    html_url: repositoryPage(places, repository),
  });
}

/** What `repos/get` and the ends of a pull request show; figures nobody seeds are zero. */
export function fullRepository(places: Places, repository: Repository): Record<string, unknown> {
  const page = repositoryPage(places, repository);
  const open = [...repository.issues.values()].filter(({ state }) => state === 'open').length;
  const zero = [
    'forks',
    'forks_count',
    'size',
    'stargazers_count',
    'watchers',
    'watchers_count',
    'network_count',
  ];
  return {
    ...withLinks('full-repository', repositoryUrl(places, repository), {
      ...minimalRepository(places, repository),
      git_url: `git://${new URL(page).host}/${repository.fullName}.git`,
      clone_url: `${page}.git`,
    }),
    ...Object.fromEntries([...zero, 'subscribers_count'].map((name) => [name, 0])),
    ...{ has_issues: true, has_projects: true, has_wiki: true, has_pages: false, has_discussions: false },
    has_downloads: true,
    default_branch: repository.defaultBranch,
    homepage: null,
    language: null,
    license: null,
    archived: false,
    disabled: false,
    visibility: repository.private ? 'private' : 'public',
    open_issues: open,
    open_issues_count: open,
    pushed_at: repository.updated,
    created_at: repository.created,
    updated_at: repository.updated,
  };
}

/** The same with what it was forked from, as questions about one repository are answered. */
export function ownRepository(places: Places, repository: Repository): Record<string, unknown> {
  const { parent } = repository;
  const from = parent && fullRepository(places, parent);
  return { ...fullRepository(places, repository), ...(from && { parent: from, source: from }) };
}
