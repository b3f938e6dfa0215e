import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../rig/build.ts';

/** What users get as YAML, by path from the root of the repository. */
export interface Shipped {
  actions: string[];
  workflows: string[];
  templates: string[];
}

/** Looked for anew each time, so that a new file is checked without being listed anywhere. */
export function shippedFiles(root = repositoryRoot): Shipped {
  const verbs = list(root, 'actions', '').map((name) => `actions/${name}/action.yml`);
  return {
    actions: ['action.yml', ...verbs].filter((path) => existsSync(join(root, path))),
    workflows: list(root, '.github/workflows', '.yml').map((name) => `.github/workflows/${name}`),
    templates: list(root, 'workflows-templates', '.yml').map((name) => `workflows-templates/${name}`),
  };
}

export function textOf(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

function list(root: string, folder: string, ending: string): string[] {
  const path = join(root, folder);
  return existsSync(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith(ending))
        .sort()
    : [];
}
