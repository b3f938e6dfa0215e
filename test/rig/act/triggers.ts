import type { WorkflowEvent } from './events.ts';

interface Filter {
  types?: string | string[];
  branches?: string | string[];
  tags?: string | string[];
  workflows?: string | string[];
  [key: string]: unknown;
}

/** Activity types that start a workflow which names none (docs.github.com, "Events that trigger workflows"). */
const standardTypes: Record<string, readonly string[]> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
};
/** Filters that are read here; another one is an error, lest it be passed over. */
const readable = new Set(['types', 'branches', 'tags', 'workflows', 'inputs', 'secrets', 'outputs']);

/** Whether this `on:` answers the event; act runs a workflow whatever its filters say. */
export function listens(on: unknown, event: WorkflowEvent): boolean {
  const filters = filtersOf(on);
  if (!Object.hasOwn(filters, event.name)) return false;
  const filter = filters[event.name] ?? {};
  if (Array.isArray(filter)) return true; // schedule
  for (const name of Object.keys(filter))
    if (!readable.has(name)) throw new Error(`the filter "${name}" of ${event.name} is not imitated`);
  return ofType(filter, event) && onRef(filter, event) && ofWorkflow(filter, event);
}

function filtersOf(on: unknown): Record<string, Filter | null> {
  if (typeof on === 'string') return { [on]: null };
  if (Array.isArray(on)) return Object.fromEntries(on.map((name) => [name, null]));
  return (on ?? {}) as Record<string, Filter | null>;
}

function ofType({ types }: Filter, { name, payload }: WorkflowEvent): boolean {
  const action = payload['action'];
  if (action === undefined) return true;
  const wanted = types === undefined ? standardTypes[name] : list(types);
  return wanted === undefined || wanted.includes(String(action));
}

/** A push with one of the filters only answers the kind of ref it names. */
function onRef({ branches, tags }: Filter, event: WorkflowEvent): boolean {
  if (event.name === 'push' && event.ref.startsWith('refs/tags/')) {
    if (tags === undefined) return branches === undefined;
    const tag = event.ref.slice('refs/tags/'.length);
    return list(tags).some((pattern) => globOf(pattern).test(tag));
  }
  if (branches === undefined) return event.name !== 'push' || tags === undefined;
  const run = event.payload['workflow_run'] as { head_branch?: string } | undefined;
  const branch = run?.head_branch ?? event.baseRef ?? event.ref.replace(/^refs\/heads\//, '');
  return list(branches).some((pattern) => globOf(pattern).test(branch));
}

function ofWorkflow({ workflows }: Filter, { payload }: WorkflowEvent): boolean {
  const run = payload['workflow_run'] as { name?: string } | undefined;
  return run === undefined || list(workflows ?? []).includes(run.name ?? '');
}

function list(value: string | string[]): string[] {
  return Array.isArray(value) ? value : [value];
}

/** `*` within a part of a name, `**` over all of it. */
function globOf(pattern: string): RegExp {
  if (/[!?+[\]]/.test(pattern)) throw new Error(`the pattern "${pattern}" is not imitated`);
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => ({ '*': '[^/]*', '**': '.*' })[part] ?? part.replace(/[.$^(){}|\\]/g, '\\$&'));
  return new RegExp(`^${source.join('')}$`);
}
