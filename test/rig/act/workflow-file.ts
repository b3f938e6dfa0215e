import { parse, stringify } from 'yaml';
import type { Permissions } from '../github/permissions.ts';
import { type Declared, permissionsOf } from './permissions.ts';

/** The parts of a workflow that matter here. */
export interface WorkflowFile {
  name?: string;
  on: unknown;
  permissions?: Declared;
  env?: Record<string, unknown>;
  concurrency?: unknown;
  'cache-mode'?: unknown;
  jobs: Record<string, JobFile>;
}

export interface JobFile {
  name?: string;
  needs?: string | string[];
  permissions?: Declared;
  env?: Record<string, unknown>;
  uses?: string;
  steps?: { uses?: string; with?: Record<string, unknown> }[];
  concurrency?: unknown;
  'cache-mode'?: unknown;
  environment?: unknown;
  container?: unknown;
  services?: unknown;
}

/** What the rewriting needs to know from outside. */
export interface Surroundings {
  /** Rights of the calling job; `null` for a workflow that an event starts. */
  caller: Permissions | null;
  /** A token with these rights. */
  token(permissions: Permissions): string;
  /** Inputs of an action that are the job's token when left out. */
  tokenInputs(uses: string, job: JobFile): string[];
}

export interface Prepared {
  text: string;
  file: WorkflowFile;
  /** Every `uses:` of a step. */
  actions: string[];
  /** Workflows that jobs call, with the rights they pass on. */
  calls: { job: string; uses: string; permissions: Permissions }[];
}

/**
 * A workflow as act has to be given it: act knows one token for all jobs, GitHub makes one for each by its
 * `permissions:`, so the tokens are written into the jobs. Throws for what act would leave out in silence.
 */
export function prepareWorkflow(text: string, around: Surroundings): Prepared {
  const file = parse(text) as WorkflowFile;
  withoutQueues(file);
  const prepared: Prepared = { text: '', file, actions: [], calls: [] };
  const shared = Object.entries(file.env ?? {}).filter(([, value]) => hasToken(String(value)));
  for (const [id, job] of Object.entries(file.jobs)) {
    if (job.container !== undefined || job.services !== undefined)
      throw new Error(`job ${id}: containers and services do not run here`);
    const permissions = permissionsOf(job.permissions, file.permissions, around.caller);
    if (job.uses !== undefined) prepared.calls.push({ job: id, uses: job.uses, permissions });
    const token = around.token(permissions);
    if (shared.length > 0) job.env = { ...Object.fromEntries(shared), ...job.env };
    nameTokens(job, around);
    prepared.actions.push(...(job.steps ?? []).flatMap(({ uses }) => uses ?? []));
    file.jobs[id] = withToken(job, token);
  }
  prepared.text = stringify(file, { lineWidth: 0, aliasDuplicateObjects: false });
  return prepared;
}

/**
 * Takes out what act does not know and what changes nothing of what the jobs do: who waits for whom, who approves, and
 * whether there is a cache.
 */
function withoutQueues(file: WorkflowFile): void {
  for (const part of [file, ...Object.values(file.jobs)]) {
    delete part.concurrency;
    delete part['cache-mode'];
  }
  for (const job of Object.values(file.jobs)) delete job.environment;
}

/** Says in every step what an action's metadata says of inputs that are left out. */
function nameTokens(job: JobFile, { tokenInputs }: Surroundings): void {
  for (const step of job.steps ?? [])
    for (const input of step.uses === undefined ? [] : tokenInputs(step.uses, job))
      step.with = { [input]: `\${{ github.token }}`, ...step.with };
}

const tokenTerm = /\b(github\.token|secrets\.GITHUB_TOKEN)\b/g;

/** Whether an expression in this text names the job's token. */
export function hasToken(text: string): boolean {
  return /\$\{\{[^}]*\b(github\.token|secrets\.GITHUB_TOKEN)\b/.test(text);
}

/** The same with the token as a literal in every expression that names it. */
function withToken<T>(value: T, token: string): T {
  if (typeof value === 'string') {
    const replaced = value.replace(/\$\{\{.*?\}\}/gs, (expression) =>
      expression.replace(tokenTerm, `'${token}'`),
    );
    return replaced as T;
  }
  if (Array.isArray(value)) return value.map((inner) => withToken(inner, token)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withToken(inner, token)])) as T;
}
