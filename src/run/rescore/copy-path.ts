import { dirname, join } from 'node:path';
import type { Files } from '../../runtime/types.ts';

/** Puts a file, a link or a whole folder in the place of what is at `to`; nothing where there is nothing at `from`. */
export async function copyPath(files: Files, from: string, to: string): Promise<void> {
  const info = await files.info(from);
  if (info === null || info.kind === 'other') return;
  await files.remove(to);
  await files.makeFolder(dirname(to));
  if (info.kind === 'file') await files.copy(from, to);
  else if (info.kind === 'link') await files.makeLink(await files.readLink(from), to);
  else {
    await files.makeFolder(to);
    for (const name of (await files.list(from)) ?? [])
      await copyPath(files, join(from, name), join(to, name));
  }
}
