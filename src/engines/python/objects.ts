import { dirname, join } from 'node:path';
import type { Runtime } from '../../runtime/types.ts';
import type { TreeEntry } from './digest.ts';

type FileEntry = TreeEntry & { kind: 'file' | 'executable' };

/** Bytes by digest: `objects/<aa>/<sha256>`, with `.x` for executable files, since a copy keeps the mode. */
export interface Objects {
  has(entry: FileEntry): Promise<boolean>;
  put(entry: FileEntry, from: string): Promise<void>;
  copyTo(entry: FileEntry, to: string): Promise<void>;
  discard(entry: FileEntry): Promise<void>;
}

export function isFileEntry(entry: TreeEntry): entry is FileEntry {
  return entry.kind === 'file' || entry.kind === 'executable';
}

/** A random name for something temporary. */
export function token(runtime: Runtime): string {
  return Array.from(runtime.random.bytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function openObjects(runtime: Runtime, folder: string): Objects {
  const { files } = runtime;
  const pathOf = ({ value, kind }: FileEntry) =>
    join(folder, value.slice(0, 2), kind === 'executable' ? `${value}.x` : value);
  return {
    has: async (entry) => (await files.info(pathOf(entry)))?.bytes === entry.bytes,
    async put(entry, from) {
      const path = pathOf(entry);
      const temporary = join(dirname(path), `.${token(runtime)}.tmp`);
      try {
        await files.copy(from, temporary);
        await files.rename(temporary, path);
      } catch (error) {
        await files.remove(temporary);
        throw error;
      }
    },
    copyTo: (entry, to) => files.copy(pathOf(entry), to),
    discard: (entry) => files.remove(pathOf(entry)),
  };
}
