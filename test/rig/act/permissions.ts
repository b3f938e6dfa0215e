import { type Permissions, readAll, writeAll } from '../github/permissions.ts';

/** `permissions:` of a workflow or a job: a word or a map. */
export type Declared = string | Record<string, string> | undefined;

/** What GITHUB_TOKEN may do where nothing is declared, as new repositories are set up. */
const standard: Permissions = { contents: 'read' };

/**
 * What a job's token may do (docs.github.com, "Automatic token authentication" and "Reusing workflows"): the job's own
 * `permissions:`, else the workflow's, else what it is given from outside: the calling job's rights, or the
 * repository's setting. A called job that asks for more than its caller has is an error, as on GitHub.
 */
export function permissionsOf(job: Declared, workflow: Declared, caller: Permissions | null): Permissions {
  const declared = job ?? workflow;
  if (declared === undefined) return caller ?? standard;
  const own = spelt(declared);
  for (const [name, level] of Object.entries(own) as [keyof Permissions, 'read' | 'write' | 'none'][]) {
    const given = caller === null ? 'write' : (caller[name] ?? 'none');
    if (rank[level] > rank[given])
      throw new Error(`the called job asks for "${name}: ${level}" and its caller has "${name}: ${given}"`);
  }
  return own;
}

/** Tokens of pull requests from forks may read at most. */
export function readOnly(permissions: Permissions): Permissions {
  return Object.fromEntries(
    Object.entries(permissions).map(([name, level]) => [name, level === 'write' ? 'read' : level]),
  );
}

const rank = { none: 0, read: 1, write: 2 } as const;

function spelt(declared: string | Record<string, string>): Permissions {
  if (declared === 'read-all') return readAll;
  if (declared === 'write-all') return writeAll;
  if (typeof declared === 'string') throw new Error(`"permissions: ${declared}" is not known`);
  return declared as Permissions;
}
