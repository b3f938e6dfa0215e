import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { repositoryRoot } from '../build.ts';
import { toolsOf } from './tools.ts';
import { hasToken } from './workflow-file.ts';

/** `owner/name/sub/folder@ref` of a `uses:`. */
export interface Used {
  repository: string;
  path: string;
  ref: string;
}

export function readUses(uses: string): Used {
  const match = /^([^/@]+\/[^/@]+)(?:\/([^@]+))?@(.+)$/.exec(uses);
  if (!match) throw new Error(`uses: ${uses} cannot be run here`);
  return { repository: match[1] as string, path: match[2] ?? '', ref: match[3] as string };
}

const standIns = join(dirname(fileURLToPath(import.meta.url)), 'stand-ins');
const ours = 'trainyard/trainyard';
/** What a user has of this repository: no sources, no packages. */
const shipped = ['action.yml', 'actions', 'bin', 'package.json', '.github/workflows'];

/** Folders that stand for repositories of actions, by `owner/name@ref`. */
export interface Repositories {
  /** The folder of what is used; throws for a repository that nothing stands for. */
  folderOf(used: Used): string;
  /** For act: `owner/name@ref=folder`. */
  mapped(): string[];
}

/** This repository as its users have it, the stand-ins in stand-ins/ for actions/…, and further ones. */
export function makeRepositories(place: string, further: Readonly<Record<string, string>>): Repositories {
  const folders = new Map<string, string>();
  let own: string | null = null;
  const find = ({ repository, ref }: Used): string => {
    const given = further[`${repository}@${ref}`];
    if (given !== undefined) return given;
    if (repository === ours) {
      own ??= copyOurs(join(place, 'ours'));
      return own;
    }
    const [, owner, name] = /^(actions)\/(.+)$/.exec(repository) ?? [];
    const folder = join(standIns, name ?? '');
    if (owner === undefined || !existsSync(folder))
      throw new Error(`nothing stands for ${repository}@${ref}: add it to stand-ins/ or to "repositories"`);
    return folder;
  };
  return {
    folderOf(used) {
      const folder = find(used);
      folders.set(`${used.repository}@${used.ref}`, folder);
      return folder;
    },
    mapped: () => [...folders].map(([name, folder]) => `${name}=${folder}`),
  };
}

function copyOurs(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of shipped) {
    const from = join(repositoryRoot, name);
    if (existsSync(from)) cpSync(from, join(folder, name), { recursive: true });
  }
  cpSync(toolsOf().bundle, join(folder, 'dist'), { recursive: true });
  return folder;
}

/** Text of the action.yml in this folder of a repository. */
export function actionText(folder: string, path: string): string {
  const file = ['action.yml', 'action.yaml'].map((name) => join(folder, path, name)).find(existsSync);
  if (file === undefined) throw new Error(`${join(folder, path)} has no action.yml`);
  return readFileSync(file, 'utf8');
}

/** Inputs of an action that are the job's token when they are left out, by its action.yml. */
export function tokenInputs(text: string): string[] {
  const { inputs = {} } = parse(text) as { inputs?: Record<string, { default?: unknown } | null> };
  return Object.entries(inputs)
    .filter(([, input]) => hasToken(String(input?.default ?? '')))
    .map(([name]) => name);
}

/** Puts a prepared workflow where act looks for it. */
export function writeWorkflow(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
