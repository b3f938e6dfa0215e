import type { Policy } from '../core/gate/types.ts';
import type { ModelSection, TrainyardModels, TrainyardOneModel } from '../schema/trainyard.types.ts';
import { validate } from '../schema/trainyard.validate.js';
import { deployOf, type EnvironmentConfig } from './deploy.ts';
import { formProblems } from './form.ts';
import { policyOf } from './policy.ts';
import { type Locate, type Problem, quoted, refuse, step } from './problems.ts';
import { type RegisterConfig, registerOf } from './register.ts';
import { type StoresConfig, storesOf } from './stores.ts';
import { schemaProblems } from './validate.ts';
import { readYaml, type YamlTree } from './yaml.ts';

/** A project's configuration in canonical form, with every default filled in. */
export interface Config {
  version: 1;
  /** Path of the file below the root, for messages. */
  file: string;
  text: string;
  models: ModelConfig[];
}

export interface ModelConfig {
  name: string;
  /** Folder below the root that the pipeline's paths are relative to; `.` is the root. */
  path: string;
  engine: string;
  /** As written; its engine validates it. `undefined` when there is none. */
  pipeline: unknown;
  /** Training seed of the run whose model is judged and released. */
  seed: number | null;
  /** Training seeds of all runs that are made, the first is `seed`. */
  seeds: readonly (number | null)[];
  policy: Policy;
  stores: StoresConfig;
  /** What versions of the model are made of, and where they live. */
  register: RegisterConfig;
  /** Environments that versions of the model are deployed to. */
  deploy: EnvironmentConfig[];
  /** Line of the model's name. */
  line: number;
  /** Line and column of a JSON pointer within `pipeline` (`/train/run`). */
  locate: Locate;
}

/**
 * Parses the text of a `trainyard.yml`, whichever commit it comes from. Pipelines are left to their engines. Throws
 * one ConfigError that lists everything wrong, the first place first.
 */
export function parseConfig(text: string, file: string): Config {
  const tree = readYaml(text, file);
  refuse(formProblems(tree, file));
  refuse(schemaProblems(validate, tree.value, tree.locate, null));
  const sections = sectionsOf(tree.value as TrainyardModels | TrainyardOneModel);
  const problems = sameNames(sections, tree);
  const models = sections.map(({ name, at, nameAt, section }): ModelConfig => {
    const { policy, problems: found } = policyOf(section, at, tree);
    const { stores, problems: misplaced } = storesOf(section, at, tree);
    const { deploy, problems: undeployable } = deployOf(section, at, tree);
    const { register, problems: unregistrable } = registerOf(section, at, tree);
    problems.push(...found, ...misplaced, ...unregistrable, ...undeployable);
    const seeds = policy.seeds.length > 0 ? policy.seeds : [section.seed ?? null];
    const pipelineAt = step(at, 'pipeline');
    return {
      name,
      path: section.path ?? '.',
      engine: section.engine ?? 'python',
      pipeline: section.pipeline,
      seed: seeds[0] ?? null,
      seeds,
      policy,
      stores,
      register,
      deploy,
      line: tree.locate(nameAt, 'key').line ?? 1,
      locate: (pointer, part) => tree.locate(pipelineAt + pointer, part),
    };
  });
  refuse(problems);
  return { version: 1, file, text, models };
}

interface NamedSection {
  name: string;
  section: ModelSection;
  /** JSON pointer of the section, and of the name. */
  at: string;
  nameAt: string;
}

function sectionsOf(file: TrainyardModels | TrainyardOneModel): NamedSection[] {
  if ('model' in file) return [{ name: file.model, section: file, at: '', nameAt: '/model' }];
  return Object.entries(file.models).map(([name, section]) => {
    const at = step('/models', name);
    return { name, section, at, nameAt: at };
  });
}

/** Names become file names and branches: two that differ only in case collide on some systems. */
function sameNames(sections: readonly NamedSection[], { locate }: YamlTree): Problem[] {
  const seen = new Map<string, string>();
  return sections.flatMap(({ name, nameAt }) => {
    const before = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    if (before === undefined) return [];
    const message = `The models ${quoted(before)} and ${quoted(name)} differ only in upper and lower case.`;
    return [{ place: locate(nameAt, 'key'), message, hint: 'Rename one of them.' }];
  });
}
