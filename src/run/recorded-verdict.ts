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
 * stands; where it is no longer kept the run is judged again by the rules of that commit and of its base. The first run
 * that was ever recorded has nothing it could be worse than, whatever its parent: an adoption.
 */
export async function verdictOfRecorded(deps: Deps, record: RunRecord): Promise<RunVerdict> {
  const { origin, before } = await originOf(deps, record);
  const { built_sha: sha, tree, branch } = origin.commit;
  const baseSha = before === null && !(await isRecorded(deps, origin)) ? null : origin.commit.base_sha;
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
  const runs = recordedRuns(record, { base: baseSha, before });
  const judging: Deps = { ...deps, runs };
  const [candidate] = await runs.candidates(judging, model, context, { file: '', text: '' });
  if (candidate === undefined) throw noCommit(record);
  const ofBase = base?.config?.models.find(named) ?? null;
  const made = await assessModel(judging, { model, candidate, base: ofBase, context });
  const document = verdictDocument(made.report.outcome, [made]);
  return document.models[0] as RunVerdict;
}

/** The oldest of the records in a row that stand for the same run, up to this one, and the record before them. */
async function originOf(
  deps: Deps,
  record: RunRecord,
): Promise<{ origin: RunRecord; before: RunRecord | null }> {
  const { run_key: key, model } = record;
  let sha = record.commit.built_sha;
  let reached = false;
  const earlier = await deps.ledger.find(model, (entry) => {
    const isOwn = entry.sha === record.commit.built_sha;
    reached ||= isOwn;
    if (!reached || !deps.platform.accepts({ level: entry.trust, event: entry.event })) return false;
    if (!isOwn && (key === null || entry.run_key !== key)) return true;
    sha = entry.sha;
    return false;
  });
  const first = sha === null ? null : await deps.ledger.recordOf(sha, model);
  return {
    origin: key !== null && first?.run_key === key ? first : record,
    before: earlier && (await deps.ledger.recordOf(earlier.sha, model)),
  };
}

/** Whether the commit that a run rests on has a record. */
async function isRecorded({ ledger }: Deps, { commit, model }: RunRecord): Promise<boolean> {
  return commit.base_sha !== null && (await ledger.recordOf(commit.base_sha, model)) !== null;
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
