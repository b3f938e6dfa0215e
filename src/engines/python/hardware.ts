import { join } from 'node:path';
import type { Runtime } from '../../runtime/types.ts';

const nvidia = '/proc/driver/nvidia/gpus';

/**
 * The class of this machine, by which times are comparable: system, processor, cores, NVIDIA accelerators where the
 * system lists them. Two machines of equal text are taken for equally fast.
 */
export async function hardwareClass(runtime: Runtime): Promise<string> {
  const { platform, processor, cores, files } = runtime;
  const gpus = (await files.list(nvidia)) ?? [];
  const models = await Promise.all(
    gpus.map(async (gpu) => {
      const text = await files.readText(join(nvidia, gpu, 'information'));
      return /^Model:\s*(.+)$/m.exec(text ?? '')?.[1]?.trim() ?? 'NVIDIA GPU';
    }),
  );
  const parts = [platform, processor || 'unknown processor', `${cores} cores`, ...models.sort()];
  return parts.join(', ').replaceAll(/\s+/g, ' ').slice(0, 1000);
}
