import type { Config, ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import type { CommitInfo, RunContext } from '../platform/types.ts';
import type { RunRecord } from '../schema/run.types.ts';
import { bestRecord } from './best.ts';
import { readableConfigAt } from './config-at.ts';
import type { Deps } from './deps.ts';
import { liveVersion } from './live.ts';
import { wholeSets } from './repeats.ts';
import { usable } from './usable.ts';

/** How a baseline was found. */
export type BaselineHow = 'recorded' | 'promoted' | 'computed';

export interface FoundBaseline {
  record: RunRecord;
  how: BaselineHow;
  /** Why nearer ones were refused; plain sentences. */
  refusals: string[];
}

export interface NoBaseline {
  record: null;
  /** Why there is none; one plain sentence. */
  reason: string;
  refusals: string[];
}

export type Baseline = FoundBaseline | NoBaseline;

/** What is asked for: `auto`, `base`, `production`, `best`, `tag`, or a run id or revision. */
export interface BaselineRequest {
  model: ModelConfig;
  /** Mode as the policy gives it. */
  mode: string;
  /** Metric that `best` looks at. */
  metric: string | null;
  context: RunContext;
}

/**
 * Finds the run to judge against. `auto` goes recorded → promoted (equal tree, else equal inputs under an equal
 * configuration) → computed in a worktree → none. A commit whose pipeline fails there is an error, not "none":
 * otherwise breaking the computation would switch the relative rules off. One whose configuration cannot be read has
 * no pipeline: "none", so that a change can mend it.
 */
export async function findBaseline(deps: Deps, request: BaselineRequest): Promise<Baseline> {
  const { mode, model, context } = request;
  switch (mode) {
    case 'production': {
      const live = await liveVersion(deps, model.name);
      if (live === null)
        return none('No deployment is recorded yet, so there is no production model to compare with.');
      if (live.commit === null) return none(`Version ${live.version}, live in production, names no commit.`);
      return atRevision(deps, request, live.commit, true);
    }
    case 'best': {
      const best = await bestRecord(deps, model, request.metric);
      return best
        ? { record: best, how: 'recorded', refusals: [] }
        : none('No recorded run of the default branch has this metric.');
    }
    case 'tag': {
      const tag =
        context.headSha === null ? null : await deps.platform.latestTag(context.baseSha ?? context.headSha);
      if (!tag) return none('No release tag (v1.2.3) is reachable from the base.');
      return atRevision(deps, request, tag.sha, true);
    }
    case 'auto':
    case 'base':
      if (context.baseSha === null)
        return none(context.baseProblem ?? 'There is no earlier commit to compare with.');
      return atRevision(deps, request, context.baseSha, mode === 'auto');
    default:
      return named(deps, request);
  }
}

async function named(deps: Deps, request: BaselineRequest): Promise<Baseline> {
  const record = (await recordedById(deps, request)) ?? (await deps.platform.runById(request.mode));
  if (record && record.model === request.model.name) {
    requireAccepted(deps, record);
    return { record, how: 'recorded', refusals: [] };
  }
  const commit = await deps.platform.commit(request.mode);
  if (commit) return atRevision(deps, request, commit.sha, true);
  throw new ConfigError(
    `The baseline "${request.mode}" is neither a run id nor a commit of this repository.`,
    {
      expected: 'auto, base, production, best, tag, a run id or a git revision',
      hint: 'Run "git fetch --tags" if it lives on the remote.',
    },
  );
}

/** Not "none", which would switch the relative rules off. */
function requireAccepted({ platform }: Deps, { id, trust }: RunRecord): void {
  if (platform.accepts(trust)) return;
  throw new ConfigError(
    `Run ${id} cannot be a baseline: it comes from an untrusted place (${trust.level}).`,
    {
      expected: 'a run that a push to the default branch or a protected one recorded',
      hint: 'Name a recorded run or a commit.',
    },
  );
}

/** A run that another clone made, or that a promotion wrote, is in the ledger alone. */
async function recordedById(deps: Deps, { mode, model }: BaselineRequest): Promise<RunRecord | null> {
  if (!/^[0-9a-f]{6,20}$/.test(mode)) return null;
  const entry = await deps.ledger.find(model.name, ({ id }) => id.startsWith(mode));
  const record = entry && (await deps.ledger.recordOf(entry.sha, model.name));
  return record?.id === entry?.id ? record : null;
}

async function atRevision(
  deps: Deps,
  request: BaselineRequest,
  sha: string,
  promote: boolean,
): Promise<Baseline> {
  const refusals: string[] = [];
  const recorded = await recordedAt(deps, request.model.name, sha, refusals);
  if (recorded) return { record: recorded, how: 'recorded', refusals };
  const commit = await deps.platform.commit(sha);
  if (!commit) return { record: null, reason: `Commit ${short(sha)} is not in this clone.`, refusals };
  const { config, problem } = await readableConfigAt(deps, sha);
  if (problem !== null)
    return { record: null, reason: `Its configuration cannot be read: ${problem}`, refusals };
  const before = config && modelOf(config, request.model.name);
  if (!before) {
    const what = config ? `no model "${request.model.name}"` : 'no trainyard.yml';
    return { record: null, reason: `Commit ${short(sha)} has ${what} yet.`, refusals };
  }
  if (promote) {
    const equal = await promotedByTree(deps, before, commit, refusals);
    if (equal) return { record: equal, how: 'promoted', refusals };
  }
  const found = await deps.runs.computed(deps, {
    context: request.context,
    commit,
    config,
    model: before,
    promote,
    refusals,
  });
  return { ...found, refusals };
}

async function recordedAt(
  deps: Deps,
  model: string,
  sha: string,
  refusals: string[],
): Promise<RunRecord | null> {
  const record = await deps.ledger.recordOf(sha, model);
  if (!record) return null;
  return (await usable(deps, record, `The run recorded for ${short(sha)}`, refusals)) ? record : null;
}

async function promotedByTree(
  deps: Deps,
  model: ModelConfig,
  commit: CommitInfo,
  refusals: string[],
): Promise<RunRecord | null> {
  const kept = wholeSets(await deps.platform.promotable(model.name, null), model.policy.seeds);
  for (const record of kept) {
    if (record.commit.tree !== commit.tree || record.commit.dirty) continue;
    if (await usable(deps, record, `Run ${record.id}, made from an equal tree,`, refusals)) return record;
  }
  return null;
}

function modelOf(config: Config, name: string): ModelConfig | null {
  return config.models.find((model) => model.name === name) ?? null;
}

function none(reason: string): NoBaseline {
  return { record: null, reason, refusals: [] };
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
