import { slicesToRead } from '../core/gate/rule.ts';
import type { MetricDeclaration, Policy, PredictionsPolicy } from '../core/gate/types.ts';
import type { SliceDeclaration } from '../core/metrics/slice-declaration.ts';
import type {
  GateSection,
  MetricSection,
  ModelSection,
  PredictionsSection,
} from '../schema/trainyard.types.ts';
import { type Problem, step } from './problems.ts';
import { rulesOf } from './rules.ts';
import { slicesOf } from './slices.ts';
import { asWritten, type YamlTree } from './yaml.ts';

/** What judges a model, canonical and with every default filled in, from a section that fits the schema. */
export function policyOf(
  section: ModelSection,
  at: string,
  tree: YamlTree,
): { policy: Policy; problems: Problem[] } {
  const metrics = declarationsOf(section.metrics ?? {}, step(at, 'metrics'), tree);
  const gate: GateSection = Array.isArray(section.gate) ? { rules: section.gate } : (section.gate ?? {});
  const rulesAt = Array.isArray(section.gate) ? step(at, 'gate') : step(step(at, 'gate'), 'rules');
  const { rules, problems } = rulesOf(gate.rules ?? [], rulesAt, metrics, tree);
  const predictionsAt = step(at, 'predictions');
  const written = section.predictions?.slices ?? [];
  const { slices, problems: sliceProblems } = slicesOf(written, step(predictionsAt, 'slices'), tree);
  const policy: Policy = {
    rules,
    alpha: gate.alpha ?? 0.05,
    onInconclusive: gate['on-inconclusive'] ?? 'warn',
    onRowsChanged: gate['on-rows-changed'] ?? 'error',
    drift: gate.drift ?? 'warn',
    alphaSpending: gate['alpha-spending'] ?? 'none',
    dryRun: gate['dry-run'] ?? false,
    seeds: seedsOf(section),
    baseline: asWritten(section.baseline ?? 'auto', step(at, 'baseline'), tree),
    metrics,
    predictions: predictionsOf(section.predictions ?? {}, slicesToRead(slices, rules), predictionsAt, tree),
  };
  return { policy, problems: [...problems, ...sliceProblems] };
}

/** `seed` and those after it, as many as `repeats` says. */
function seedsOf({ seed = 1, repeats = 0 }: ModelSection): number[] {
  return Array.from({ length: repeats }, (_, at) => seed + at);
}

function declarationsOf(
  section: NonNullable<ModelSection['metrics']>,
  at: string,
  tree: YamlTree,
): Policy['metrics'] {
  const declared: Record<string, MetricDeclaration> = Object.create(null);
  for (const [name, value] of Object.entries(section)) {
    declared[name] =
      typeof value === 'string' ? { direction: value } : declarationOf(value, step(at, name), tree);
  }
  return declared;
}

function declarationOf(section: MetricSection, at: string, tree: YamlTree): MetricDeclaration {
  const { average, threshold, k, labels, split, dataset, unit } = section;
  const positive = section['positive-label'];
  const labelsAt = step(at, 'labels');
  return {
    direction: section.direction ?? null,
    ...(average !== undefined && { average }),
    ...(positive !== undefined && { positiveLabel: asWritten(positive, step(at, 'positive-label'), tree) }),
    ...(threshold !== undefined && { threshold }),
    ...(k !== undefined && { k }),
    ...(labels !== undefined && {
      labels: labels.map((label, i) => asWritten(label, step(labelsAt, i), tree)),
    }),
    ...(split !== undefined && { split }),
    ...(dataset !== undefined && { dataset }),
    ...(unit !== undefined && { unit }),
  };
}

function predictionsOf(
  section: PredictionsSection,
  slices: readonly SliceDeclaration[],
  at: string,
  tree: YamlTree,
): PredictionsPolicy {
  const positive = section['positive-label'];
  return {
    task: section.task ?? null,
    columns: Object.assign(Object.create(null), section.columns),
    positiveLabel: positive === undefined ? null : asWritten(positive, step(at, 'positive-label'), tree),
    slices,
    minSliceRows: section['min-slice-rows'] ?? 30,
    ...(section['on-missing'] !== undefined && { onMissing: section['on-missing'] }),
  };
}
