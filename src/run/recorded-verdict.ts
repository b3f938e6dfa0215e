import type { ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import type { RunContext } from '../platform/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import type { VerdictDocument } from '../schema/verdict.types.ts';
import { assessModel } from './assess.ts';
import { readableConfigAt } from './config-at.ts';
import type { Deps } from './deps.ts';
import { recordedRuns } from './recorded-runs.ts';
import { verdictDocument } from './verdict.ts';

/** What the gate says of a run: the sentence, the evidence, and the key under which it stands. */
export type RunVerdict = VerdictDocument['models'][number];

/**
 * How the gate judged a recorded run. The verdict is that of the commit which brought the run to the default branch: a
 * later one that changed nothing of the model, compared with its parent, would always pass. The first completed verdict
 * stands; where it is no longer kept the run is judged again by the rules of that commit and of its base.
 */
export async function verdictOfRecorded(deps: Deps, record: RunRecord): Promise<RunVerdict> {
  const origin = await originOf(deps, record);
  const { built_sha: sha, base_sha: baseSha, tree, branch } = origin.commit;
  if (sha === null) throw noCommit(record);
  const [head, base] = await Promise.all([
    readableConfigAt(deps, sha),
    baseSha === null ? null : readableConfigAt(deps, baseSha),
  ]);
  const named = ({ name }: ModelConfig) => name === record.model;
  const model = head.config?.models.find(named);
  if (model === undefined) throw noModel(record.model, sha, head.problem);
  const context: RunContext = {
    ...(await deps.platform.context()),
    ...{ event: 'push', headSha: sha, builtSha: sha, tree, baseSha, branch, pullRequest: null },
    ...{ dirty: false, onDefaultBranch: true },
  };
  const runs = recordedRuns(record);
  const judging: Deps = { ...deps, runs };
  const [candidate] = await runs.candidates(judging, model, context, { file: '', text: '' });
  if (candidate === undefined) throw noCommit(record);
  const before = base?.config?.models.find(named) ?? null;
  const made = await assessModel(judging, { model, candidate, base: before, context });
  const document = verdictDocument(made.report.outcome, [made]);
  return document.models[0] as RunVerdict;
}

/** The oldest of the records in a row that stand for the same run, up to this one. */
async function originOf(deps: Deps, record: RunRecord): Promise<RunRecord> {
  const { run_key: key, model } = record;
  if (key === null) return record;
  let sha = record.commit.built_sha;
  let reached = false;
  await deps.ledger.find(model, (entry) => {
    reached ||= entry.sha === record.commit.built_sha;
    if (!reached || !deps.platform.accepts({ level: entry.trust, event: entry.event })) return false;
    if (entry.run_key !== key) return true;
    sha = entry.sha;
    return false;
  });
  const first = sha === null ? null : await deps.ledger.recordOf(sha, model);
  return first?.run_key === key ? first : record;
}

function noCommit({ id }: RunRecord): ConfigError {
  return new ConfigError(`Run ${id} is of no commit, so nothing can be said of how it was judged.`);
}

function noModel(model: string, sha: string, problem: string | null): ConfigError {
  const why = problem === null ? '' : ` ${problem}`;
  return new ConfigError(
    `The configuration at ${sha.slice(0, 7)} has no model "${model}" to judge by.${why}`,
    {
      hint: 'Release a commit whose run was judged.',
    },
  );
}
