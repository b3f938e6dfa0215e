import { ConfigError } from '../../core/errors.ts';
import type { OpenBytes } from './blocks.ts';
import type { Part } from './part.ts';
import type { ReadPlan } from './plan.ts';

/** A file's bytes: what messages call it, how many there are, and where they come from, in chunks that are read one by one. */
export interface ByteSource {
  file: string;
  bytes: number;
  open: OpenBytes;
}

/** Gets parts in the order of the file; `false` ends the reading. */
export type TakePart = (part: Part) => boolean;

/** A file of predictions that is opened to be read, several times if need be. */
export interface RowFile {
  header: readonly string[];
  /** Rows the whole file has, guessed from its first part. */
  expectedRows(first: Part): number;
  read(plan: ReadPlan, take: TakePart): Promise<void>;
}

const MAX_ROWS = 20_000_000;

export function refuseRows(count: number, file: string): void {
  if (count <= MAX_ROWS) return;
  throw new ConfigError(`${file} has more than ${MAX_ROWS} rows.`, {
    place: { file },
    expected: `at most ${MAX_ROWS}`,
    hint: 'Judge by a sample of the test rows.',
  });
}
