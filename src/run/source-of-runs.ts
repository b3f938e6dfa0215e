import type { ModelConfig } from '../config/parse.ts';
import type { RunContext } from '../platform/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { Computation } from './computed.ts';
import type { Deps } from './deps.ts';
import type { Side } from './side.ts';

/** A run to be judged. `side` throws what kept the run from being made. */
export interface Candidate {
  /** The model's name; with the seed where a matrix trains one model several times. */
  label: string;
  side(): Promise<Side>;
}

/** A run by which a baseline is judged, or why there is none; one plain sentence. */
export type ComputedRun =
  | { record: RunRecord; how: 'promoted' | 'computed' }
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
}
