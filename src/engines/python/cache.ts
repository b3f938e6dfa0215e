import { basename, dirname, join } from 'node:path';
import type { Runtime } from '../../runtime/types.ts';
import type { EngineSpec } from '../types.ts';
import { type Content, type Digester, digestOf, type TreeEntry } from './digest.ts';
import { checkOut } from './layout.ts';
import { isFileEntry, type Objects, openObjects, token } from './objects.ts';
import { leavesFolder, normalPath } from './paths.ts';
import type { Stage } from './schema.ts';

/** What a stage made, as the cache keeps it; `outs` as in the stage, in its order. */
export interface StageEntry {
  outs: readonly { path: string; content: Content }[];
}

/** Outputs of stages by fingerprint. Two processes may use it at once; what is half written is never seen. */
export interface StageCache {
  find(fingerprint: string, stage: Stage): Promise<StageEntry | null>;
  keep(fingerprint: string, entry: StageEntry): Promise<void>;
  /** Brings outputs back, verified; `false` (and nothing touched) when the cache cannot. */
  restore(
    fingerprint: string,
    stage: Stage,
    entry: StageEntry,
    now: readonly (Content | null)[],
  ): Promise<boolean>;
}

const format = 1;

export function openStageCache(runtime: Runtime, spec: EngineSpec, digester: Digester): StageCache {
  const folder = join(spec.stateFolder, 'cache');
  const objects = openObjects(runtime, join(folder, 'objects'));
  const entryFile = (fingerprint: string) => join(folder, 'stages', `${fingerprint}.json`);
  return {
    async find(fingerprint, stage) {
      const text = await runtime.files.readText(entryFile(fingerprint));
      return text === null ? null : parseEntry(text, stage);
    },
    async keep(fingerprint, entry) {
      for (const { path, content } of entry.outs) await storeContent(objects, join(spec.path, path), content);
      await runtime.files.write(entryFile(fingerprint), JSON.stringify({ format, ...entry }));
    },
    async restore(fingerprint, stage, entry, now) {
      const changed = entry.outs.filter(({ content }, index) => now[index]?.sha256 !== content.sha256);
      const staged: { from: string; to: string }[] = [];
      try {
        for (const { path, content } of changed) {
          await checkOut(runtime, spec, stage, path);
          const to = join(spec.path, path);
          const from = join(dirname(to), `.${basename(to).slice(0, 80)}.${token(runtime)}.tmp`);
          staged.push({ from, to });
          if (await stageContent(runtime, objects, digester, content, from)) continue;
          runtime.log.warn(
            `The cached output "${path}" of stage "${stage.name}" is missing or damaged: it is made anew.`,
          );
          await runtime.files.remove(entryFile(fingerprint));
          return false;
        }
        for (const { from, to } of staged) {
          await runtime.files.remove(to);
          await runtime.files.rename(from, to);
        }
        return true;
      } finally {
        for (const { from } of staged) await runtime.files.remove(from);
      }
    },
  };
}

async function storeContent(objects: Objects, path: string, content: Content): Promise<void> {
  for (const entry of content.entries) {
    if (isFileEntry(entry) && !(await objects.has(entry))) await objects.put(entry, join(path, entry.path));
  }
}

/** Builds the content at `to`; false when a piece is missing or is not what its name says. */
async function stageContent(
  runtime: Runtime,
  objects: Objects,
  digester: Digester,
  content: Content,
  to: string,
): Promise<boolean> {
  const { files } = runtime;
  await files.makeFolder(content.kind === 'folder' ? to : dirname(to));
  for (const entry of content.entries) {
    const path = join(to, entry.path);
    if (entry.kind === 'folder') await files.makeFolder(path);
    else if (entry.kind === 'link') await files.makeLink(entry.value, path);
    else if (!isFileEntry(entry) || !(await objects.has(entry))) return false;
    else await objects.copyTo(entry, path);
  }
  const [made] = await digester.contents([to]);
  if (made?.sha256 === content.sha256) return true;
  await discardDamaged(objects, content, made ?? null);
  return false;
}

async function discardDamaged(objects: Objects, content: Content, made: Content | null): Promise<void> {
  const good = new Map(made?.entries.map((entry) => [entry.path, entry.value]));
  for (const entry of content.entries) {
    if (isFileEntry(entry) && good.get(entry.path) !== entry.value) await objects.discard(entry);
  }
}

/** Null for anything but a whole entry of exactly this stage's outputs whose digests fit its parts. */
function parseEntry(text: string, stage: Stage): StageEntry | null {
  try {
    const value = JSON.parse(text) as { format: number } & StageEntry;
    const paths = value.outs.map((out) => out.path);
    const whole = value.format === format && JSON.stringify(paths) === JSON.stringify(stage.outs);
    return whole && value.outs.every(({ content }) => isContent(content)) ? { outs: value.outs } : null;
  } catch {
    return null;
  }
}

function isContent({ kind, sha256, entries }: Content): boolean {
  if (!entries.every(isTreeEntry) || climbsThrough(entries)) return false;
  const [first] = entries;
  if (kind === 'file')
    return first?.path === '' && entries.length === 1 && isFileEntry(first) && first.value === sha256;
  return digestOf(entries.map((entry) => [entry.path, entry.kind, entry.value])) === sha256;
}

function isTreeEntry(entry: TreeEntry): boolean {
  const plain = entry.path === '' || normalPath(entry.path, 'posix') === entry.path;
  if (!plain || leavesFolder(entry.path) || leavesFolder(entry.path.replaceAll('\\', '/'))) return false;
  return !isFileEntry(entry) || /^[0-9a-f]{64}$/.test(entry.value);
}

/** Whether something lies below an entry that is no folder, as a file behind a link: it would be written elsewhere. */
function climbsThrough(entries: readonly TreeEntry[]): boolean {
  const leaves = new Set(entries.filter(({ kind }) => kind !== 'folder').map(({ path }) => path));
  return entries.some(({ path }) =>
    path.split('/').some((_part, depth, parts) => depth > 0 && leaves.has(parts.slice(0, depth).join('/'))),
  );
}
