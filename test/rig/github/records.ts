import type { Repository, Stamped, User } from './state.ts';

export interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column?: number;
  end_column?: number;
  annotation_level: string;
  message: string;
  title?: string;
  raw_details?: string;
}

export interface CheckRun extends Stamped {
  suite: number;
  app: string;
  headSha: string;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: string;
  conclusion: string | null;
  started: string;
  completed: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: Annotation[];
}

export interface DeploymentStatus extends Stamped {
  creator: User;
  state: string;
  description: string;
  environment: string;
  targetUrl: string;
}

export interface Deployment extends Stamped {
  creator: User;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  description: string | null;
  payload: unknown;
  statuses: DeploymentStatus[];
}

export interface Asset extends Stamped {
  name: string;
  label: string;
  contentType: string;
  bytes: Buffer;
  uploader: User;
  /** `open` for one whose upload broke off; `uploaded` when left out. */
  state?: 'uploaded' | 'open';
}

export interface Release extends Stamped {
  author: User;
  tag: string;
  target: string;
  name: string | null;
  body: string;
  draft: boolean;
  prerelease: boolean;
  published: string | null;
  /** Published while the repository made releases immutable. */
  immutable: boolean;
  assets: Asset[];
}

export interface Artifact extends Stamped {
  name: string;
  /** The archive, or the file itself when it was uploaded without one. */
  zip: Buffer;
  contentType: string;
  expires: string;
  /** Attempt of the run, and the job in it, that uploaded it. */
  attempt: number;
  job: string;
}

/** An artifact that is on its way: its name is taken, nobody sees it yet. */
export interface Upload {
  key: string;
  run: WorkflowRun;
  attempt: number;
  job: string;
  name: string;
  contentType: string;
  expires: string;
  blocks: Map<string, Buffer>;
  /** The bytes, once their list was committed. */
  bytes: Buffer | null;
}

export interface Job extends Stamped {
  name: string;
  status: string;
  conclusion: string | null;
}

export interface WorkflowRun extends Stamped {
  path: string;
  workflowId: number;
  event: string;
  status: string;
  conclusion: string | null;
  headSha: string;
  headBranch: string;
  headRepository: Repository;
  attempt: number;
  /** Oldest attempt whose artifacts this one still has: its own after all jobs were re-run. */
  inheritsFrom: number;
  number: number;
  pulls: number[];
  actor: User;
  jobs: Job[];
  artifacts: Artifact[];
}
