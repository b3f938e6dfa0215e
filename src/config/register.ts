import type { Place } from '../core/errors.ts';
import type { ModelSection } from '../schema/trainyard.types.ts';
import { type Problem, quoted, step } from './problems.ts';
import type { YamlTree } from './yaml.ts';

/** Where versions live. On a laptop `github` is a folder below `.trainyard/`. */
export type RegistryConfig =
  | { kind: 'github' }
  /** Absolute, or relative to the root of the repository. */
  | { kind: 'path'; folder: string }
  | { kind: 'mlflow'; url: string };

/** What versions of a model are made of, and where they live. */
export interface RegisterConfig {
  /** Outputs that are the model, files or folders; `null`: all but metrics and predictions. */
  files: readonly { path: string; place: Place }[] | null;
  registry: RegistryConfig;
  /** PEM text of the key that versions have to be signed by; `null`: they need no signature. */
  publicKey: string | null;
}

/** How a model is registered, from a section that fits the schema. */
export function registerOf(
  section: ModelSection,
  at: string,
  tree: YamlTree,
): { register: RegisterConfig; problems: Problem[] } {
  const { files, registry = 'github', url, path } = section.register ?? {};
  const own = step(at, 'register');
  const filesAt = step(own, 'files');
  return {
    register: {
      files:
        files?.map((file, i) => ({
          path: file.replace(/\/+$/, ''),
          place: tree.locate(step(filesAt, String(i)), 'value'),
        })) ?? null,
      registry: registryOf(registry, url ?? '', path ?? ''),
      publicKey: section.register?.['public-key'] ?? null,
    },
    problems: [
      ...belongs(
        { key: 'url', value: url, wanted: 'mlflow', registry, example: 'http://mlflow:5000' },
        own,
        tree,
      ),
      ...belongs({ key: 'path', value: path, wanted: 'path', registry, example: '/mnt/models' }, own, tree),
    ],
  };
}

function registryOf(kind: 'github' | 'mlflow' | 'path', url: string, folder: string): RegistryConfig {
  if (kind === 'mlflow') return { kind, url: url.replace(/\/+$/, '') };
  return kind === 'path' ? { kind, folder } : { kind };
}

/** A key that goes with one registry, and only with it. */
function belongs(
  {
    key,
    value,
    wanted,
    registry,
    example,
  }: {
    key: 'url' | 'path';
    value: string | undefined;
    wanted: string;
    registry: string;
    example: string;
  },
  at: string,
  tree: YamlTree,
): Problem[] {
  const write = `Write "register: { registry: ${wanted}, ${key}: ${example} }".`;
  if (registry === wanted && value === undefined)
    return [
      {
        place: tree.locate(step(at, 'registry'), 'value'),
        message: `The registry ${quoted(wanted)} needs ${quoted(key)}.`,
        expected: `"${key}", as ${example}`,
        hint: write,
      },
    ];
  if (registry === wanted || value === undefined) return [];
  return [
    {
      place: tree.locate(step(at, key), 'key'),
      message: `${quoted(key)} of "register" says nothing with the registry ${quoted(registry)}.`,
      expected: `"${key}" only with "registry: ${wanted}"`,
      hint: `${write} Or remove ${quoted(key)}.`,
    },
  ];
}
