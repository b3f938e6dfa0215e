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
  /** Who has to have signed a version; `null`: it needs no signature. */
  signer: RequiredSigner | null;
}

/** Whose signature counts. */
export type RequiredSigner =
  /** PEM text of a public key. */
  | { kind: 'key'; publicKey: string }
  /**
   * Workflows with the refs they may run on, as their certificates name them, a `*` at the end for any rest. `trustedRoot`:
   * JSON lines of the authorities that are trusted; `null` is those of the public Sigstore.
   */
  | { kind: 'workflow'; identities: readonly string[]; trustedRoot: string | null };

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
      signer: signerOf(section),
    },
    problems: [
      ...signerProblems(section, own, tree),
      ...belongs(
        { key: 'url', value: url, wanted: 'mlflow', registry, example: 'http://mlflow:5000' },
        own,
        tree,
      ),
      ...belongs({ key: 'path', value: path, wanted: 'path', registry, example: '/mnt/models' }, own, tree),
    ],
  };
}

function signerOf({ register }: ModelSection): RequiredSigner | null {
  const publicKey = register?.['public-key'];
  if (publicKey !== undefined) return { kind: 'key', publicKey };
  const identities = register?.['signed-by'];
  if (identities === undefined) return null;
  return { kind: 'workflow', identities, trustedRoot: register?.['trusted-root'] ?? null };
}

function signerProblems({ register }: ModelSection, at: string, tree: YamlTree): Problem[] {
  const has = (key: 'public-key' | 'signed-by' | 'trusted-root') => register?.[key] !== undefined;
  const problem = (key: string, message: string, hint: string): Problem => ({
    ...{ place: tree.locate(step(at, key), 'key'), message, hint },
    expected: 'one of "public-key" and "signed-by", and "trusted-root" only beside the second',
  });
  if (has('public-key') && has('signed-by'))
    return [problem('signed-by', '"public-key" and "signed-by" exclude each other.', 'Remove one of them.')];
  if (has('trusted-root') && !has('signed-by'))
    return [
      problem(
        'trusted-root',
        '"trusted-root" says nothing without "signed-by".',
        'Name the workflow that signs, or remove it.',
      ),
    ];
  return [];
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
