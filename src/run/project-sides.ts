import type { ModelConfig } from '../config/parse.ts';
import { ConfigError } from '../core/errors.ts';
import type { Policy } from '../core/gate/types.ts';
import { findBaseline } from './baseline.ts';
import { type Baselines, type FoundSide, findBaselines } from './baselines.ts';
import { candidateOf } from './candidate.ts';
import type { Deps, Side } from './deps.ts';
import { openProject } from './project.ts';
import { sideOfRecord } from './side.ts';

/** What a comparison takes from a project: sides that are no files, and baselines that rules name. */
export interface ProjectSides {
  model: ModelConfig;
  /** A run id or a revision; `null`: the work tree. */
  candidate(name: string | null): Promise<Side>;
  /** A run id or a revision; `null`: what the project's `baseline:` finds. */
  baseline(name: string | null): Promise<FoundSide>;
  /** Baselines that rules name with `against=`. */
  against(policy: Policy): Promise<Baselines>;
}

/**
 * The one model of a project that a comparison is about. Names that are no files are part of the message where there is
 * no project.
 */
export async function openProjectSides(
  compose: () => Promise<Deps>,
  asked: { model: string | null; candidate: string | null; baseline: string | null },
): Promise<ProjectSides> {
  const deps = await composed(compose, asked);
  const { config, models } = await openProject(deps, asked.model);
  const [model] = models;
  if (!model || models.length !== 1) {
    throw new ConfigError('This project has several models, and a comparison is about one.', {
      expected: `--model with one of ${models.map((candidate) => candidate.name).join(', ')}`,
    });
  }
  const context = await deps.platform.context();
  const sideOfRun = async (name: string): Promise<Side> => {
    const found = await findBaseline(deps, { model, mode: name, metric: null, context });
    if (found.record) return sideOfRecord(deps, found.record, found.how);
    throw new ConfigError(`"${name}" has no run to compare: ${found.reason}`, {
      hint: 'Give a file, a run id, or a revision with a trainyard.yml.',
    });
  };
  const find = (policy: Policy) => findBaselines(deps, { model, policies: [policy], context });
  return {
    model,
    candidate: (name) => (name === null ? candidateOf(deps, model, context, config) : sideOfRun(name)),
    async baseline(name) {
      if (name !== null) return { side: await sideOfRun(name), refusals: [] };
      return (await find({ ...model.policy, rules: [] })).get(model.policy.baseline) as FoundSide;
    },
    async against(policy) {
      const rules = policy.rules.filter((rule) => rule.against !== null);
      const [first] = rules;
      if (first === undefined) return new Map();
      return find({ ...policy, rules, baseline: first.against as string });
    },
  };
}

async function composed(
  compose: () => Promise<Deps>,
  asked: { candidate: string | null; baseline: string | null },
): Promise<Deps> {
  try {
    return await compose();
  } catch (error) {
    const names = [asked.candidate, asked.baseline].filter((name) => name !== null);
    if (!(error instanceof ConfigError) || names.length < 2) throw error;
    throw new ConfigError(`${error.message} Outside of a repository only files can be compared.`, {
      expected: `${names.join(' and ')} to be files`,
      cause: error,
    });
  }
}
