import { type CommitSeed, commitOn, importRepository } from './build-commits.ts';
import { type MergeMethod, makeMergeGroup, mergePull } from './build-merges.ts';
import { changePull, openPull, type PullChange, type PullSeed } from './build-pulls.ts';
import { makeRepository, type RepositorySeed } from './build-repositories.ts';
import { type ArtifactSeed, makeArtifact, makeRun, type RunSeed, rerun } from './build-runs.ts';
import { addComment, issueNumbered } from './comments.ts';
import { type Permissions, readAll, writeAll } from './permissions.ts';
import type { Artifact, WorkflowRun } from './records.ts';
import {
  type Comment,
  type Issue,
  type Repository,
  repositoryNamed,
  type State,
  userNamed,
} from './state.ts';

export interface TokenSeed {
  login?: string;
  /** A person's token; an installation's (GITHUB_TOKEN) otherwise. */
  person?: boolean;
  /** A classic token's; other tokens have none and do not say. */
  scopes?: readonly string[];
  repositories?: readonly string[];
}

/** What tests put on the fake GitHub before the product comes. */
export interface Builders {
  repository(fullName: string, seed?: RepositorySeed): Repository;
  /** Puts a commit on a branch, makes the branch when it is new, and brings its pull requests along. */
  commit(repository: Repository, seed?: CommitSeed): string;
  /** Commits, branches and tags of a real repository on disk, ids kept. */
  importRepository(repository: Repository, folder: string): void;
  pullRequest(repository: Repository, seed: PullSeed): Issue;
  /** Retargets, closes, reopens, locks, labels, renames a pull request, or turns it into a draft and back. */
  changePull(repository: Repository, number: number, change: PullChange): Issue;
  merge(repository: Repository, number: number, method: MergeMethod): string;
  /** The branch of a merge group with this pull request, made anew. */
  mergeGroup(repository: Repository, number: number): string;
  comment(repository: Repository, number: number, seed: { login: string; body: string }): Comment;
  workflowRun(repository: Repository, seed: RunSeed): WorkflowRun;
  /** A new attempt of a run: of all its jobs, which leaves earlier artifacts behind, or of those that failed. */
  rerun(run: WorkflowRun, jobs: 'all' | 'failed'): void;
  artifact(run: WorkflowRun, seed: ArtifactSeed): Artifact;
  /** The text of a new token. */
  token(permissions: Permissions | 'read-all' | 'write-all', seed?: TokenSeed): string;
  /** The state itself, for what no builder does. */
  raw: State;
}

export function makeBuilders(state: State): Builders {
  return {
    raw: state,
    repository: (fullName, seed = {}) => makeRepository(state, fullName, seed),
    commit: (repository, seed = {}) => commitOn(state, repository, seed),
    importRepository: (repository, folder) => importRepository(state, repository, folder),
    pullRequest: (repository, seed) => openPull(state, repository, seed),
    changePull: (repository, number, change) => changePull(state, repository, number, change),
    merge: (repository, number, method) => mergePull(state, repository, number, method),
    mergeGroup: (repository, number) => makeMergeGroup(state, repository, number),
    comment: (repository, number, { login, body }) =>
      addComment(state, repository, issueNumbered(repository, number), userNamed(state, login), body),
    workflowRun: (repository, seed) => makeRun(state, repository, seed),
    rerun: (run, jobs) => rerun(state, run, jobs),
    artifact: (run, seed) => makeArtifact(state, run, seed),
    token: (permissions, seed = {}) => makeToken(state, permissions, seed),
  };
}

function makeToken(
  state: State,
  permissions: Permissions | 'read-all' | 'write-all',
  seed: TokenSeed,
): string {
  const installation = !seed.person;
  const login = seed.login ?? (installation ? 'github-actions[bot]' : 'octocat');
  const text = `${installation ? 'ghs' : 'ghp'}_${String(state.id()).padStart(36, '0')}`;
  const named = { 'read-all': readAll, 'write-all': writeAll };
  for (const repository of seed.repositories ?? [])
    if (!repositoryNamed(state, repository)) throw new Error(`there is no repository ${repository}`);
  state.tokens.set(text, {
    text,
    user: userNamed(state, login),
    installation,
    permissions: typeof permissions === 'string' ? named[permissions] : permissions,
    scopes: seed.scopes ?? null,
    repositories: seed.repositories ?? null,
    expired: false,
    used: 0,
    windowEnds: 0,
  });
  return text;
}
