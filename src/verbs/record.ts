import { isAbsolute, join } from 'node:path';
import type { ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import type { RunContext } from '../platform/types.ts';
import type { Deps } from '../run/deps.ts';
import { keepPredictions } from '../run/predictions-store.ts';
import { openProject } from '../run/project.ts';
import { promotedTo, recordOfImport } from '../run/record.ts';
import { readScores } from '../run/scores.ts';
import { standIns } from '../run/stand-ins.ts';
import { textDigest } from '../run/train.ts';
import type { RunRecord } from '../schema/run.types.ts';

export interface RecordOptions {
  model: string | null;
  /** Files made elsewhere, relative to the current folder; any of them turns `record` into an import. */
  metrics: readonly string[];
  predictions: string | null;
}

export interface RecordResult {
  model: string;
  record: RunRecord;
  how: 'recorded' | 'promoted' | 'trained' | 'imported';
  ledger: 'written' | 'unchanged';
}

/**
 * Writes the run record of this commit into the ledger: the record that is there already, else one promoted from a
 * run with an equal tree or equal inputs, else (nothing fits) by training. With files it imports a run made elsewhere.
 */
export async function record(deps: Deps, options: RecordOptions): Promise<RecordResult[]> {
  const { config, models } = await openProject(deps, options.model);
  const context = await deps.platform.context();
  const importing = options.metrics.length > 0 || options.predictions !== null;
  requireCommit(context);
  if (importing && models.length !== 1) {
    throw new ConfigError('Files to import belong to one model, and this project has several.', {
      hint: 'Name it with --model.',
    });
  }
  const results: RecordResult[] = [];
  for (const model of models) {
    const runs: Recorded[] = importing
      ? [{ record: await imported(deps, model, context, options, config.text), how: 'imported' }]
      : await recordsOf(deps, model, context, config);
    for (const made of runs) {
      const { result } = await deps.ledger.append(made.record);
      results.push({ model: model.name, ...made, ledger: result });
    }
  }
  return results;
}

type Recorded = Pick<RecordResult, 'record' | 'how'>;

function requireCommit(context: RunContext): void {
  if (context.builtSha === null) {
    throw new ConfigError('There is no commit to record a run for: the repository is empty.', {
      hint: 'Commit first.',
    });
  }
  if (context.dirty) {
    throw new ConfigError(
      'The work tree differs from its commit, so a record of it would describe something else.',
      {
        hint: 'Commit or stash the changes, then record again ("git status" lists them).',
      },
    );
  }
}

async function recordsOf(
  deps: Deps,
  model: ModelConfig,
  context: RunContext,
  config: { file: string; text: string },
): Promise<Recorded[]> {
  const there = context.builtSha === null ? null : await deps.ledger.recordOf(context.builtSha, model.name);
  if (there && deps.platform.accepts(there.trust)) return [{ record: there, how: 'recorded' }];
  const equal = await promotableRun(deps, model, context, config);
  if (equal) {
    const own =
      equal.commit.built_sha === context.builtSha &&
      !equal.commit.dirty &&
      deps.platform.accepts(equal.trust);
    return [{ record: own ? equal : promotedTo(equal, context), how: own ? 'recorded' : 'promoted' }];
  }
  const made = await deps.runs.made(deps, model, context, config);
  return made.map((record) => ({ record, how: 'trained' }));
}

/** A kept run that stands for this commit: made from its tree, else from equal inputs under an equal configuration. */
async function promotableRun(
  deps: Deps,
  model: ModelConfig,
  context: RunContext,
  config: { file: string; text: string },
): Promise<RunRecord | null> {
  const { sameTree, others } = await standIns(deps, model, context);
  return sameTree ?? deps.runs.equal(deps, model, context, config, others);
}

async function imported(
  deps: Deps,
  model: ModelConfig,
  context: RunContext,
  options: RecordOptions,
  configText: string,
): Promise<RunRecord> {
  const source = (file: string) => ({
    path: isAbsolute(file) ? file : join(deps.runtime.cwd, file),
    label: file,
    sha256: null,
  });
  const scores = await readScores(
    deps.runtime,
    model.name,
    {
      metrics: options.metrics.map(source),
      predictions: options.predictions === null ? null : source(options.predictions),
    },
    model.policy,
  );
  const made = recordOfImport({
    model: model.name,
    engine: model.engine,
    context,
    now: deps.runtime.clock.now(),
    metrics: scores.metrics,
    predictions: scores.table && (await keepPredictions(deps, model.name, scores.table)),
    configDigest: textDigest(configText),
  });
  await deps.platform.keepRecord(made);
  return made;
}
