import type { ObjectStore } from './git-objects.ts';
import type { Level, Permissions } from './permissions.ts';
import type { CheckRun, Deployment, Release, Upload, WorkflowRun } from './records.ts';
import { makeVisibility, type Visibility } from './visibility.ts';

export interface User {
  id: number;
  login: string;
  type: 'User' | 'Bot';
}

export interface Token {
  text: string;
  user: User;
  /** An installation token (GITHUB_TOKEN) or a person's. */
  installation: boolean;
  permissions: Permissions;
  /** Of a classic token; `null` for others. */
  scopes: readonly string[] | null;
  /** Full names it was given; `null` is all. */
  repositories: readonly string[] | null;
  expired: boolean;
  used: number;
  windowEnds: number;
}

export interface Stamped {
  id: number;
  created: string;
  updated: string;
}

export interface Comment extends Stamped {
  issue: number;
  user: User;
  body: string;
  minimized: string | null;
}

export interface Issue extends Stamped {
  number: number;
  title: string;
  body: string;
  user: User;
  state: 'open' | 'closed';
  closed: string | null;
  locked: boolean;
  labels: string[];
  pull: Pull | null;
}

export interface Pull {
  base: string;
  /** Where the base branch pointed when the pull request last changed. */
  baseSha: string;
  head: { repository: Repository; ref: string; sha: string };
  draft: boolean;
  merged: string | null;
  mergedBy: User | null;
  mergeSha: string | null;
}

export interface Repository extends Stamped {
  owner: string;
  name: string;
  fullName: string;
  private: boolean;
  fork: boolean;
  /** What it was forked from. */
  parent: Repository | null;
  defaultBranch: string;
  /** Shared by a repository and its forks. */
  objects: ObjectStore;
  /** Commits that GitHub signed itself. */
  signed: Set<string>;
  /** Full names (`refs/heads/main`) and what they point to. */
  refs: Map<string, string>;
  /** Branches that no one may write to directly. */
  protected: Set<string>;
  collaborators: Map<string, Level | 'admin' | 'maintain' | 'triage'>;
  issues: Map<number, Issue>;
  comments: Comment[];
  checks: CheckRun[];
  deployments: Deployment[];
  /** Bundles of Sigstore's that were kept. */
  attestations: unknown[];
  releases: Release[];
  /** Releases can no longer be changed once they are published. */
  immutableReleases: boolean;
  /** Tags of immutable releases, deleted or not: nobody may use them again. */
  burntTags: Set<string>;
  runs: WorkflowRun[];
  /** Days that artifacts are kept when nobody asks for fewer. */
  retentionDays: number;
  description: string | null;
  invitations: { id: number; login: string }[];
  /** Whether pull requests from forks of a private repository run workflows. */
  runsForkWorkflows: boolean;
}

export interface State {
  now(): Date;
  id(): number;
  users: Map<string, User>;
  tokens: Map<string, Token>;
  repositories: Map<string, Repository>;
  /** By key; artifacts that are not finalized. */
  uploads: Map<string, Upload>;
  visibility: Visibility;
  /** Requests a token may make in an hour. */
  rateLimit: number;
}

export function makeState(now: () => Date, rateLimit: number): State {
  let last = 1_000_000;
  return {
    now,
    id: () => ++last,
    users: new Map(),
    tokens: new Map(),
    repositories: new Map(),
    uploads: new Map(),
    visibility: makeVisibility(),
    rateLimit,
  };
}

/** A time as GitHub writes it, without milliseconds. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function stamp(state: State): Stamped {
  const now = timestamp(state.now());
  return { id: state.id(), created: now, updated: now };
}

/** The account of this name, made when it is new; names ending in `[bot]` are apps. */
export function userNamed(state: State, login: string): User {
  const known = state.users.get(login);
  if (known) return known;
  const user: User = { id: state.id(), login, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
  state.users.set(login, user);
  return user;
}

/** `owner/name` is not case-sensitive on GitHub. */
export function repositoryNamed(state: State, fullName: string): Repository | undefined {
  return state.repositories.get(fullName.toLowerCase());
}
