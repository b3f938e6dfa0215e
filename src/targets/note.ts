import type { Placed } from './types.ts';

/** What lies beside the files of a version, so that the folder explains itself. */
export interface PlacedNote extends Placed {
  model: string;
}

/** Reads what claims to be a placed version; `null` when it is none. */
export function readPlaced(value: unknown): Placed | null {
  if (typeof value !== 'object' || value === null) return null;
  const { deployment, version, digest } = value as Partial<Placed>;
  if (typeof deployment !== 'string' || !/^[0-9a-f]{20}$/.test(deployment)) return null;
  if (typeof version !== 'string' || typeof digest !== 'string') return null;
  return /^[0-9a-f]{64}$/.test(digest) ? { deployment, version, digest } : null;
}
