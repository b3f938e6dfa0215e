import { commitOn, type Files } from './build-commits.ts';
import { type Repository, type State, stamp } from './state.ts';

export interface RepositorySeed {
  private?: boolean;
  defaultBranch?: string;
  /** First commit; an empty repository without. */
  files?: Files;
  forkOf?: Repository;
}

/** A repository that an account has from now on. */
export function makeRepository(state: State, fullName: string, seed: RepositorySeed): Repository {
  const [owner = '', name = ''] = fullName.split('/');
  const from = seed.forkOf;
  const repository: Repository = {
    ...stamp(state),
    owner,
    name,
    fullName,
    private: seed.private ?? true,
    fork: from !== undefined,
    parent: from ?? null,
    defaultBranch: seed.defaultBranch ?? from?.defaultBranch ?? 'main',
    objects: from?.objects ?? new Map(),
    signed: from?.signed ?? new Set(),
    refs: new Map([...(from?.refs ?? [])].filter(([ref]) => !ref.startsWith('refs/pull/'))),
    protected: new Set(),
    collaborators: new Map(),
    issues: new Map(),
    comments: [],
    checks: [],
    deployments: [],
    attestations: [],
    releases: [],
    immutableReleases: false,
    burntTags: new Set(),
    runs: [],
    retentionDays: 90,
    description: null,
    invitations: [],
    runsForkWorkflows: false,
  };
  state.repositories.set(fullName.toLowerCase(), repository);
  if (seed.files) commitOn(state, repository, { files: seed.files, message: 'Begin' });
  return repository;
}
