import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Clock, FileInfo, Files } from '../../runtime/types.ts';
import type { StatCache } from './stat-cache.ts';

/** One thing inside a folder: file, executable file, link (value = target) or empty folder. */
export interface TreeEntry {
  path: string;
  kind: 'file' | 'executable' | 'link' | 'folder';
  /** Digest of a file, target of a link, empty for a folder. */
  value: string;
  bytes: number;
}

/** Content of a path. A file is a tree of one entry whose path is empty. */
export interface Content {
  kind: 'file' | 'folder';
  sha256: string;
  entries: readonly TreeEntry[];
}

export interface Digester {
  /** Content of each absolute path; `null` where nothing is. `skip` leaves out parts of folders by absolute path. */
  contents(paths: readonly string[], skip?: (path: string) => boolean): Promise<(Content | null)[]>;
}

/** Written by interpreters, editors and tools while nothing of interest changes. */
const ignoredNames = new Set([
  '.git',
  '.trainyard',
  '__pycache__',
  '.ipynb_checkpoints',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.DS_Store',
]);
/** What a process that was killed left of a file it was writing. */
const temporaryName = /^\..*\.[0-9a-f]{16}\.tmp$/;
const atOnce = 64;

interface Found {
  absolute: string;
  path: string;
  info: FileInfo;
}

/** SHA-256 of a value as JSON. Arrays only: keys of objects have no fixed order. */
export function digestOf(value: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** Digests of files and folders through a stat cache; what has to be read is read in one parallel batch. */
export function createDigester(files: Files, clock: Clock, cache: StatCache): Digester {
  return {
    async contents(paths, skip = () => false) {
      const seenMs = clock.now().getTime();
      const found = await inBatches(paths, (path) => walk(files, path, skip));
      const regular = found.flatMap((list) => list ?? []).filter((entry) => entry.info.kind === 'file');
      const known = new Map<string, string>();
      const unknown: Found[] = [];
      for (const entry of regular) {
        const digest = cache.get(entry.absolute, entry.info);
        if (digest === null) unknown.push(entry);
        else known.set(entry.absolute, digest);
      }
      const digests = await files.sha256(unknown.map((entry) => entry.absolute));
      unknown.forEach((entry, index) => {
        const digest = digests[index] as string;
        known.set(entry.absolute, digest);
        cache.set(entry.absolute, entry.info, digest, seenMs);
      });
      return inBatches(found, (list) => contentOf(files, list, known));
    },
  };
}

async function contentOf(
  files: Files,
  found: Found[] | null,
  known: Map<string, string>,
): Promise<Content | null> {
  if (found === null) return null;
  const entries = await inBatches(found, (entry) => treeEntry(files, entry, known));
  const [first] = entries;
  if (entries.length === 1 && first?.path === '' && first.kind !== 'folder') {
    return { kind: 'file', sha256: first.value, entries };
  }
  const lines = entries.map(({ path, kind, value }) => [path, kind, value]);
  return { kind: 'folder', sha256: digestOf(lines), entries };
}

async function treeEntry(
  files: Files,
  { absolute, path, info }: Found,
  known: Map<string, string>,
): Promise<TreeEntry> {
  if (info.kind === 'link') return { path, kind: 'link', value: await files.readLink(absolute), bytes: 0 };
  if (info.kind === 'directory') return { path, kind: 'folder', value: '', bytes: 0 };
  const kind = (info.mode & 0o100) !== 0 ? 'executable' : 'file';
  return { path, kind, value: known.get(absolute) as string, bytes: info.bytes };
}

/** A link given by name is followed, links inside folders are not. */
async function walk(files: Files, path: string, skip: (path: string) => boolean): Promise<Found[] | null> {
  const given = await files.info(path);
  const absolute = given?.kind === 'link' ? await files.realPath(path) : path;
  const info = absolute === path ? given : absolute && (await files.info(absolute));
  if (!absolute || !info) return null;
  if (info.kind === 'file') return [{ absolute, path: '', info }];
  if (info.kind !== 'directory') throw notContent(path);
  const found = await walkFolder(files, absolute, '', skip);
  return found.length > 0 ? sortByPath(found) : [{ absolute, path: '', info }];
}

function isIgnored(name: string): boolean {
  return ignoredNames.has(name) || name.endsWith('.pyc') || temporaryName.test(name);
}

async function walkFolder(
  files: Files,
  folder: string,
  prefix: string,
  skip: (path: string) => boolean,
): Promise<Found[]> {
  const names = (await files.list(folder)) ?? [];
  const kept = names.filter((name) => !isIgnored(name) && !skip(join(folder, name)));
  const found = await inBatches(kept, async (name): Promise<Found[]> => {
    const absolute = join(folder, name);
    const path = prefix + name;
    const info = await files.info(absolute);
    if (info === null) return [];
    if (info.kind === 'other') throw notContent(absolute);
    if (info.kind !== 'directory') return [{ absolute, path, info }];
    const inside = await walkFolder(files, absolute, `${path}/`, skip);
    return inside.length > 0 ? inside : [{ absolute, path, info }];
  });
  return found.flat();
}

function notContent(path: string): ConfigError {
  return new ConfigError(`${path} is neither a file nor a folder.`, {
    place: { file: path },
    expected: 'files, folders and links',
    hint: 'Take the pipe, socket or device out of the folder.',
  });
}

function sortByPath(found: Found[]): Found[] {
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  }
  return results;
}
