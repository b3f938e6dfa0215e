import type { Place } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import type { Artifact, RunRecord, RunRef } from '../schema/run.types.ts';

export type RunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** What an engine can do, as data: docs and checks are generated from it. */
export interface EngineCapabilities {
  /** The run lives outside this process: it can be found again, awaited later, cancelled from elsewhere. */
  detached: boolean;
  /** Unchanged stages are skipped and their outputs restored. */
  caches: boolean;
  /** Runs only on these platforms (`process.platform`); empty = all. */
  platforms: readonly string[];
}

/** One model's pipeline, ready to run. */
export interface EngineSpec {
  model: string;
  /** Root of the checkout: stages run in `path` below it. */
  root: string;
  /** Absolute folder the pipeline's paths are relative to. */
  path: string;
  /** The engine's own section of the configuration, already validated by the engine's schema. */
  pipeline: unknown;
  seed: number | null;
  /** Where caches and run state live; shared by all work trees of a clone. */
  stateFolder: string;
  /** File that holds the configuration, for messages. */
  configFile: string;
  /** Line and column of a JSON pointer within `pipeline` (`/train/run`), for messages. */
  locate(pointer: string): Place;
}

/** Everything that decides what a run produces, computed without running it. */
export interface RunPlan {
  engine: string;
  /** sha256(model, engine, stage-input digests, environment digest, seed). */
  runKey: string;
  /** Source files read by any stage (not produced by another stage), sorted by path. */
  inputs: readonly { path: string; sha256: string }[];
  inputsDigest: string;
  /** Command and source files of the stages that write metrics or predictions. */
  evaluatorDigest: string;
  /** Parameters used, by `file:dotted.key`. */
  params: Readonly<Record<string, string | number | boolean | null>>;
  environment: RunRecord['environment'];
  /** Files, relative to `path`, that hold metrics and predictions once the run succeeded. */
  metricsFiles: readonly string[];
  predictionsFile: string | null;
}

/** The part of a pipeline that scores a model without making one; paths are relative to the model's folder. */
export interface Scoring {
  /** The engine's section of the configuration with the stages that score alone. */
  pipeline: unknown;
  /** Files and folders that these stages read and no stage makes. */
  sources: readonly string[];
  /** What they read that other stages make: the model, and data that does not depend on it. */
  model: readonly string[];
  data: readonly string[];
}

export interface RunStatus {
  state: RunState;
  /** A cancel was asked for and has not taken effect. */
  cancelling: boolean;
  url: string | null;
  /** Why it failed, in one sentence. */
  reason: string | null;
}

/** What came out of a finished run. */
export interface RunOutputs {
  status: 'succeeded' | 'failed' | 'cancelled';
  reason: string | null;
  started: string;
  finished: string;
  stages: RunRecord['stages'];
  artifacts: readonly Artifact[];
  cost: RunRecord['cost'];
}

/**
 * An engine runs pipelines. `submit` is idempotent by run key: the same key queued, running or succeeded is
 * re-attached to; failed or cancelled gets a new attempt. An unknown state is `running`. docs/engines/writing.md says
 * what all engines promise, and what detached ones promise too.
 */
export interface Engine {
  readonly id: string;
  readonly capabilities: EngineCapabilities;
  /** Files and folders that stages read and no stage makes, relative to `path`, whether they exist or not. */
  sources(spec: EngineSpec): Promise<string[]>;
  plan(spec: EngineSpec): Promise<RunPlan>;
  /** What scores a model that is there already; a reason, as the end of a sentence, where nothing does that alone. */
  scoring(spec: EngineSpec): Promise<Scoring | { reason: string }>;
  submit(spec: EngineSpec, plan: RunPlan): Promise<RunRef>;
  status(ref: RunRef): Promise<RunStatus>;
  /** Log text after `cursor` (null = from the start) and the next cursor. */
  logs(ref: RunRef, cursor: string | null): Promise<{ text: string; cursor: string | null }>;
  /**
   * Waits for the run to end and brings its outputs into the work tree. When the runtime's signal aborts, the run is
   * cancelled; a CancelledError when it has not ended soon after.
   */
  collect(spec: EngineSpec, ref: RunRef): Promise<RunOutputs>;
  /** Asks the run to end. One that ended stays as it ended. */
  cancel(ref: RunRef): Promise<void>;
}

/** A plug-in: made once per process with the runtime. `validate` throws ConfigError with the place in the file. */
export interface EnginePlugin {
  readonly id: string;
  create(runtime: Runtime): Engine;
}
