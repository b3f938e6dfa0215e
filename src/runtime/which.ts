import { delimiter, join } from 'node:path';
import type { Runtime } from './types.ts';

/** Absolute path of the first program of that name on PATH, links not resolved; `null` when there is none. */
export async function which(runtime: Runtime, name: string): Promise<string | null> {
  const windows = runtime.platform === 'win32';
  const path = Object.entries(runtime.env).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  const endings = windows ? ['.exe', '.cmd', '.bat', ''] : [''];
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    for (const ending of endings) {
      const candidate = join(folder, name + ending);
      const target = await runtime.files.realPath(candidate);
      const info = target === null ? null : await runtime.files.info(target);
      if (info?.kind === 'file' && (windows || (info.mode & 0o111) !== 0)) return candidate;
    }
  }
  return null;
}
