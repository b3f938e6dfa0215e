import type { Config, ModelConfig } from '../config/parse.ts';
import type { Policy } from '../core/gate/types.ts';
import type { PredictionTable } from '../core/metrics/types.ts';
import type { Engine } from '../engines/types.ts';
import type { Documents } from '../ledger/documents.ts';
import type { Ledger } from '../ledger/types.ts';
import type {
  BlobStore,
  CandidateStore,
  CommitInfo,
  Platform,
  RunContext,
  Worktrees,
} from '../platform/types.ts';
import type { Runtime } from '../runtime/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Scores } from './scores.ts';

/** What verbs work with: ports only. A laptop and each job of a runner fill it differently. */
export interface Deps {
  runtime: Runtime;
  /** Absolute root of the checkout. */
  root: string;
  /** Absolute folder for caches, records and reports; shared by all work trees of a clone. */
  stateFolder: string;
  platform: Platform;
  ledger: Ledger;
  /** Other documents of the ledger, such as what is live; only read. */
  documents: Pick<Documents, 'read'>;
  worktrees: Worktrees;
  /** Predictions of a model by digest. */
  blobs(model: string): BlobStore;
  /** Model files of its runs, as far as this place can read them. */
  candidates(model: string): Promise<Pick<CandidateStore, 'get'>>;
  /** The configuration of what is judged, recorded or trained. */
  config(): Promise<Config>;
  runs: RunSource;
  engine(id: string): Promise<Engine>;
}

/** One side of a comparison. `scores` reads it under the eyes of a policy, so that two policies can judge the same run. */
export interface Side {
  /** `work tree`, `trained`, `unchanged`, `recorded`, `promoted`, `computed`, `imported` or `file`. */
  how: string;
  /** Record of the run, `null` for a bare file. */
  record: RunRecord | null;
  /** What to call it where there is no record. */
  label: string;
  /** What a reader has to know of it, in a plain sentence. */
  note?: string;
  /** The same pipeline's runs with further training seeds. */
  repeats?: readonly RepeatedSide[];
  /** `model` salts the pseudonyms of a bare file, so that it can be joined with that model's stored predictions. */
  scores(policy: Policy, model: string): Promise<Scores>;
}

/** A run with another training seed than the one beside it. */
export interface RepeatedSide {
  seed: number;
  /** Its rows; `null` where it has none, or they are gone. */
  table(policy: Policy, model: string): Promise<PredictionTable | null>;
}

/** A commit without a record of its own, and what to compute there. */
export interface Computation {
  /** Context of the run that is judged. */
  context: RunContext;
  commit: CommitInfo;
  config: Config;
  model: ModelConfig;
  promote: boolean;
  refusals: string[];
}

/** A run to be judged. `side` throws what kept the run from being made. */
export interface Candidate {
  /** The model's name; with the seed where a matrix trains one model several times and each run is judged by itself. */
  label: string;
  side(): Promise<Side>;
}

/** A run by which a baseline is judged, or why there is none; one plain sentence. */
export type ComputedRun =
  | { record: RunRecord; how: 'recorded' | 'promoted' | 'computed' }
  | { record: null; reason: string };

/** A baseline that was measured on other rows, or by other code, than the candidate. */
export interface Rescoring {
  context: RunContext;
  config: ConfigText;
  /** The model as the candidate's configuration has it. */
  model: ModelConfig;
  candidate: RunRecord;
  baseline: RunRecord;
}

/**
 * The baseline's record with what its model does on the candidate's rows, or why there is none (the end of a sentence).
 * `model`: the files that were scored, which are the recorded ones if the digests say so. `sources`: files and folders
 * that the stages which score read and no stage makes.
 */
export type Rescored =
  | { record: RunRecord; model: readonly { path: string; sha256: string }[]; sources: readonly string[] }
  | { record: null; reason: string };

type ConfigText = { file: string; text: string };

/**
 * Where runs come from: made in this process (a laptop, a job that trains), or brought by an earlier job (a job that
 * judges or records and runs none of the project's code). Failures are the errors that the pipeline or its input caused.
 */
export interface RunSource {
  /** The runs of the commit at hand, to be judged. */
  candidates(deps: Deps, model: ModelConfig, context: RunContext, config: ConfigText): Promise<Candidate[]>;
  /** The runs of the commit at hand, to be recorded. */
  made(deps: Deps, model: ModelConfig, context: RunContext, config: ConfigText): Promise<RunRecord[]>;
  /** Which of these runs was made from the inputs and the configuration of the commit at hand; `null`: none. */
  equal(
    deps: Deps,
    model: ModelConfig,
    context: RunContext,
    config: ConfigText,
    kept: readonly RunRecord[],
  ): Promise<RunRecord | null>;
  /** The run of another commit that has no record. */
  computed(deps: Deps, work: Computation): Promise<ComputedRun>;
  /** The model of a baseline, scored by the candidate's code on its rows. */
  rescored(deps: Deps, request: Rescoring): Promise<Rescored>;
}
