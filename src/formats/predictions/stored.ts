import type { Task } from '../../core/metrics/types.ts';

/** First bytes of a canonical predictions file; the high bit and the line breaks show damage by text transfer. */
export const MAGIC = '\x89TYPRED\n';
export const FORMAT_VERSION = 1;
/** SHA-256 at the end. */
export const CHECKSUM_BYTES = 32;
export const ID_BYTES = 16;

export type Role = 'label' | 'prediction' | 'score' | 'class-score' | 'weight' | 'group' | 'slice';

/** One column as the header lists it: `width` 8 holds float64, 1, 2 and 4 hold codes into `values` or the classes. */
export interface StoredColumn {
  role: Role;
  width: 1 | 2 | 4 | 8;
  name?: string;
  values?: readonly string[];
}

export interface Header {
  n: number;
  task: Task;
  classes: readonly string[] | null;
  columns: readonly StoredColumn[];
}

/** Smallest width that holds codes below `count`. */
export function codeWidth(count: number): 1 | 2 | 4 {
  if (count <= 0x100) return 1;
  return count <= 0x10000 ? 2 : 4;
}
