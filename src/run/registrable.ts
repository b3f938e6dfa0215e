import { dirname, join } from 'node:path';
import type { Config, ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import { admission } from '../core/gate/admission.ts';
import type { CommitInfo } from '../platform/types.ts';
import type { ManifestVerdict } from '../schema/manifest.types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import { inWorktree } from './computed.ts';
import type { Deps } from './deps.ts';
import { type RunVerdict, verdictOfRecorded } from './recorded-verdict.ts';
import { trainSeeds } from './repeats.ts';

/** A model of a commit that is to become a version. */
export interface Released {
  model: ModelConfig;
  config: Config;
  commit: CommitInfo;
}

/** What the gate says of a run, and what a person should know although it may be released. */
export interface Admitted {
  verdict: ManifestVerdict;
  warnings: readonly string[];
}

/** The run recorded for a commit, by a job that may; anything else is a ConfigError with the way to one. */
export async function releasedRun(deps: Deps, { model, commit }: Released): Promise<RunRecord> {
  const record = await deps.ledger.recordOf(commit.sha, model.name);
  const at = `${model.name} at ${commit.sha.slice(0, 7)}`;
  if (record === null)
    throw new ConfigError(`No run is recorded for ${at}.`, {
      expected: 'a commit of the default branch whose run stands in the ledger',
      hint: 'Let the workflow of that commit record it (a push to the default branch), or release a commit that is recorded. On a laptop: "trainyard record".',
    });
  if (!deps.platform.accepts(record.trust))
    throw new ConfigError(
      `The run recorded for ${at} comes from an untrusted place (${record.trust.level}).`,
      {
        expected: 'a run that a push to the default branch or a protected one recorded',
        hint: 'Release a commit of the default branch.',
      },
    );
  if (record.status !== 'succeeded')
    throw new ConfigError(`The run recorded for ${at} ${record.status}.`, {
      hint: 'Release a commit whose run succeeded.',
    });
  return record;
}

/** Asks the gate about a run. A failure, an error and no verdict at all are ConfigErrors. */
export async function admittedRun(deps: Deps, record: RunRecord): Promise<Admitted> {
  const told = await verdictOfRecorded(deps, record);
  const { kind, verdict, sentence, verdict_key: key, baseline } = told;
  const admitted = admission(kind, { blockInconclusive: false });
  if (admitted === 'refused') throw notAdmitted(record, told);
  const unsure =
    kind === 'inconclusive' ? 'The verdict is inconclusive' : `The model was not judged (${kind})`;
  const warnings = admitted === 'unsure' ? [`${record.model}: ${unsure}: ${sentence}`] : [];
  return { verdict: { verdict, kind, sentence, key, baseline }, warnings };
}

/** Brings the files of a run below a folder, verified; `false` when they are kept no longer. */
export async function bringFiles(deps: Deps, record: RunRecord, folder: string): Promise<boolean> {
  return (await deps.candidates(record.model)).get(record, folder);
}

/**
 * Makes a run again whose files are gone: trains at its commit in a worktree, brings the files below a folder, and writes
 * the new record into the ledger. The caller asks the gate about it: what it makes may be another model.
 */
export async function madeAgain(
  deps: Deps,
  { model, config, commit }: Released,
  record: RunRecord,
  folder: string,
): Promise<RunRecord> {
  const context = await deps.platform.context();
  const work = { context, commit, config, model, promote: false, refusals: [] };
  const attempt = record.commit.attempt + 1;
  const made = await inWorktree(
    deps,
    work,
    async ({ root, context: there }) => {
      const place = { root, context: { ...there, attempt, baseSha: record.commit.base_sha } };
      const { first: run } = await trainSeeds(deps, model, place, config);
      for (const { path } of run.record.artifacts) {
        const to = join(folder, path);
        await deps.runtime.files.makeFolder(dirname(to));
        await deps.runtime.files.rename(join(root, model.path, path), to);
      }
      return run.record;
    },
    (error) => error,
  );
  await deps.ledger.append(made);
  return made;
}

/** The model files of a run are kept no longer. */
export function filesGone({ model, id }: RunRecord): ConfigError {
  return new ConfigError(
    `The files of run ${id} of ${model} are kept no longer, so they cannot be released.`,
    {
      expected: 'the model in the store that "candidates" names: an artifact lives 14 days',
      hint: 'On a clone "trainyard register --retrain" trains again and judges what comes out. To keep models longer write "candidates: { store: draft-release }".',
    },
  );
}

function notAdmitted({ model, id }: RunRecord, { kind, sentence }: RunVerdict): ConfigError {
  return new ConfigError(
    `Run ${id} of ${model} must not be released: its verdict is "${kind}". ${sentence}`,
    {
      expected: 'a run that its gate let through',
      hint: 'Release a commit whose gate passed; "trainyard gate" on it shows the rules.',
    },
  );
}
