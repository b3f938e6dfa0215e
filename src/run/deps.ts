import type { Config } from '../config/parse.ts';
import type { Engine } from '../engines/types.ts';
import type { Ledger } from '../ledger/types.ts';
import type { BlobStore, Platform, Worktrees } from '../platform/types.ts';
import type { Runtime } from '../runtime/types.ts';
import type { RunSource } from './source-of-runs.ts';

/** What verbs work with: ports only. A laptop and each job of a runner fill it differently. */
export interface Deps {
  runtime: Runtime;
  /** Absolute root of the checkout. */
  root: string;
  /** Absolute folder for caches, records and reports; shared by all work trees of a clone. */
  stateFolder: string;
  platform: Platform;
  ledger: Ledger;
  worktrees: Worktrees;
  /** Predictions of a model by digest. */
  blobs(model: string): BlobStore;
  /** The configuration of what is judged, recorded or trained. */
  config(): Promise<Config>;
  runs: RunSource;
  engine(id: string): Promise<Engine>;
}
