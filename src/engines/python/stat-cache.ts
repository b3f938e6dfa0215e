import type { FileInfo, Files } from '../../runtime/types.ts';

/** size, modified, changed, inode, digest. */
type Entry = readonly [number, number, number, number, string];

/** Digests of files by path, size, times and inode, so that an untouched file is not read again. */
export interface StatCache {
  get(path: string, info: FileInfo): string | null;
  /** `seenMs` is the wall clock just before `info` was taken. */
  set(path: string, info: FileInfo, digest: string, seenMs: number): void;
  save(): Promise<void>;
}

const format = 1;
const mostEntries = 200_000;

/**
 * How long after its last change a file may change again without its times showing it. A clock that shows whole
 * seconds only is taken to be one of two seconds (FAT); others tick at least every 10 ms.
 */
function granularityMs(info: FileInfo): number {
  return info.modifiedMs % 1000 === 0 ? 2000 : 50;
}

/** Opens the cache in `file`; one that cannot be understood counts as empty. */
export async function openStatCache(files: Files, file: string): Promise<StatCache> {
  const entries = parse(await files.readText(file));
  const used = new Set<string>();
  let dirty = false;
  return {
    get(path, info) {
      const entry = entries.get(path);
      if (entry === undefined) return null;
      const [bytes, modifiedMs, changedMs, inode, digest] = entry;
      const same =
        bytes === info.bytes &&
        modifiedMs === info.modifiedMs &&
        changedMs === info.changedMs &&
        inode === info.inode;
      if (!same) return null;
      used.add(path);
      return digest;
    },
    set(path, info, digest, seenMs) {
      dirty = true;
      if (seenMs - Math.max(info.modifiedMs, info.changedMs) < granularityMs(info)) {
        entries.delete(path);
        return;
      }
      used.add(path);
      entries.set(path, [info.bytes, info.modifiedMs, info.changedMs, info.inode, digest]);
    },
    async save() {
      if (!dirty) return;
      dirty = false;
      const kept = [...entries].filter(([path]) => entries.size <= mostEntries || used.has(path));
      await files.write(file, JSON.stringify({ format, entries: kept }));
    },
  };
}

function parse(text: string | null): Map<string, Entry> {
  if (text === null) return new Map();
  try {
    const value = JSON.parse(text);
    return value.format === format
      ? new Map((value.entries as [string, Entry][]).filter(isEntry))
      : new Map();
  } catch {
    return new Map();
  }
}

function isEntry([path, entry]: [unknown, unknown]): boolean {
  return typeof path === 'string' && Array.isArray(entry) && /^[0-9a-f]{64}$/.test(String(entry[4]));
}
