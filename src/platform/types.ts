import type { Conclusion } from '../core/gate/types.ts';
import type { RunRecord } from '../schema/run.types.ts';

/** Which commits are judged, and what a record says about itself. */
export interface RunContext {
  event: string | null;
  headSha: string | null;
  builtSha: string | null;
  tree: string | null;
  /** Commit the candidate is judged against; `null` in an empty repository or on a root commit. */
  baseSha: string | null;
  /** Why there is no base although there should be one (a shallow clone); one sentence with the remedy. */
  baseProblem?: string;
  pullRequest: number | null;
  workflowPath: string | null;
  attempt: number;
  branch: string | null;
  defaultBranch: string | null;
  /** The work tree differs from the commit. */
  dirty: boolean;
  /** The built commit is on the default branch and this is not a proposal to it. */
  onDefaultBranch: boolean;
  trust: RunRecord['trust'];
  repositoryUrl: string | null;
  /** The CI run that is judged or reported on; `null` where there is none (a laptop). */
  runId: string | null;
  /** Where a person can look at that run. */
  runUrl: string | null;
  /** What a reader has to know of the circumstances, in plain sentences: a draft, a merge queue, a re-run. */
  notes: readonly string[];
}

/** What was done to a remote object; `skipped` when there is nothing to write on, or it is not this run's to write. */
export type Ensured = 'created' | 'updated' | 'unchanged' | 'removed' | 'skipped';

export interface CommentRequest {
  /** Told apart by key: one comment per key and subject. */
  key: string;
  body: string;
}

export interface Annotation {
  path: string;
  line: number;
  level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

export interface CheckRequest {
  name: string;
  headSha: string | null;
  externalId: string;
  status: 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  title: string;
  summary: string;
  text: string;
  annotations: readonly Annotation[];
}

export interface Written {
  result: Ensured;
  /** Where a person can look at it: a URL or a path. */
  url: string;
}

/** A commit as the baseline resolver needs it. */
export interface CommitInfo {
  sha: string;
  tree: string;
  parents: readonly string[];
  date: string;
  subject: string;
}

/** How the product sees the place where code is reviewed; a laptop is one too. Writes are idempotent. */
export interface Platform {
  readonly id: string;
  context(): Promise<RunContext>;
  /** Text of a file as committed; `null` when the commit has none there. */
  readFileAt(sha: string, path: string): Promise<string | null>;
  /** Id of what a folder at the root of a commit holds; `null` where there is none. Equal ids, equal contents. */
  folderAt(sha: string, name: string): Promise<string | null>;
  /** Full commit for a revision (sha, tag, branch); `null` when unknown. */
  commit(revision: string): Promise<CommitInfo | null>;
  /** Commits from `sha` along first parents, newest first, at most `count`. */
  firstParents(sha: string, count: number): Promise<CommitInfo[]>;
  /** Newest release tag reachable from `sha`; `known`: commits that are, of which nothing has to be asked. */
  latestTag(sha: string, known?: readonly string[]): Promise<{ tag: string; sha: string } | null>;
  /** Records of runs made before (pull-request runs, laptop runs), newest first; `context` narrows them to a commit's own. */
  promotable(model: string, context: RunContext | null): Promise<RunRecord[]>;
  /** Keeps a record where `promotable` and `runById` will find it. */
  keepRecord(record: RunRecord): Promise<void>;
  runById(id: string): Promise<RunRecord | null>;
  /** Whether a ledger record may serve as a baseline here. */
  accepts(trust: Pick<RunRecord['trust'], 'level' | 'event'>): boolean;
  /** The first completed verdict of a key stands. */
  standingVerdict(key: string): Promise<unknown>;
  keepVerdict(key: string, verdict: unknown): Promise<void>;
  /** How many verdicts on a model the pull request at hand has had, as far as `keepAttempt` was told; 0 on a laptop. */
  attempts(model: string): Promise<number>;
  keepAttempt(model: string): Promise<void>;
  ensureComment(request: CommentRequest): Promise<Written>;
  ensureCheck(request: CheckRequest): Promise<Written>;
  writeSummary(markdown: string): Promise<Written>;
  /** A file for people or machines to fetch: report, bundle, page. */
  writeReport(name: string, content: string): Promise<Written>;
}

/** Bytes kept between runs, by digest. */
export interface BlobStore {
  has(sha256: string): Promise<boolean>;
  /** Stores the file under its digest; the digest is verified. */
  put(sha256: string, file: string): Promise<void>;
  /** Brings the bytes to `file`, verified; false when the store does not have them. */
  get(sha256: string, file: string): Promise<boolean>;
}

/**
 * Model files of runs, kept until one of them is released. A record that was promoted from another has the files of that
 * one. A record without artifacts has none: it is never there.
 */
export interface CandidateStore {
  /** Whether all files of the record seem to be there; `get` tells for certain. */
  has(record: RunRecord): Promise<boolean>;
  /** Keeps the record's artifacts, which lie below `folder` at their paths; their digests are verified. */
  put(record: RunRecord, folder: string): Promise<void>;
  /** Brings all of them below `folder`, verified; false, and nothing is brought, when the store does not have them. */
  get(record: RunRecord, folder: string): Promise<boolean>;
}

/** A checkout of another commit beside the user's work tree. */
export interface Worktree {
  path: string;
  /**
   * Copies what lies at or below these paths in the user's work tree and in no commit (data that git ignores), unless
   * it is there already. Paths are relative to the root; gives those copied.
   */
  bring(paths: readonly string[]): Promise<string[]>;
  remove(): Promise<void>;
}

export interface Worktrees {
  add(sha: string): Promise<Worktree>;
}

/** One file that a job hands over: `path` (with `/`) is where it is found; its bytes are a text, or a file on disk. */
export type HandedFile = { path: string } & ({ text: string } | { file: string });

/** What one job of a CI run hands to a later one. */
export interface Handover {
  /** Hands files over under a key that no other job of this run uses. */
  put(key: string, files: readonly HandedFile[]): Promise<void>;
  /**
   * Brings everything that jobs of the run at hand handed over into folders below `folder`, one each; of several
   * attempts of a job the newest. What is there is a stranger's: names are safe, sizes bounded, contents unchecked.
   */
  take(folder: string): Promise<{ name: string; folder: string }[]>;
}
