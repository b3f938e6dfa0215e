import type { ModelSection } from '../schema/trainyard.types.ts';
import { type Problem, quoted, step } from './problems.ts';
import type { YamlTree } from './yaml.ts';

/** Bytes in a folder that all runners share. */
export interface FolderStore {
  kind: 'path';
  /** Absolute, or relative to the root of the repository. */
  folder: string;
}

export type PredictionsStore = { kind: 'artifact' | 'ledger' | 'none' } | FolderStore;
export type CandidatesStore = { kind: 'artifact' | 'draft-release' } | FolderStore;

/** Where predictions and the models of runs are kept; read from the base commit, like all policy. */
export interface StoresConfig {
  /** `null` when the file does not say: artifacts, and nothing in a public repository. */
  predictions: PredictionsStore | null;
  candidates: CandidatesStore;
}

/** The stores of a model, from a section that fits the schema. */
export function storesOf(
  section: ModelSection,
  at: string,
  tree: YamlTree,
): { stores: StoresConfig; problems: Problem[] } {
  const { predictions = {}, candidates = {} } = section;
  const problems = [
    ...folderProblems('predictions', predictions, step(at, 'predictions'), tree),
    ...folderProblems('candidates', candidates, step(at, 'candidates'), tree),
  ];
  const stores: StoresConfig = {
    predictions: predictions.store === undefined ? null : storeOf(predictions.store, predictions.path),
    candidates: storeOf(candidates.store ?? 'artifact', candidates.path),
  };
  return { stores, problems };
}

function storeOf<K extends string>(
  kind: K | 'path',
  folder: string | undefined,
): { kind: Exclude<K, 'path'> } | FolderStore {
  return kind === 'path' ? { kind: 'path', folder: folder ?? '' } : { kind: kind as Exclude<K, 'path'> };
}

/** `path` goes with `store: path`, and only with it. */
function folderProblems(
  name: string,
  { store, path }: { store?: string; path?: string },
  at: string,
  tree: YamlTree,
): Problem[] {
  if (store === 'path' && path === undefined) {
    return [
      {
        place: tree.locate(step(at, 'store'), 'value'),
        message: `${quoted(name)} are to be kept in a folder, and none is named.`,
        expected: '"path", a folder that all runners share',
        hint: `Write "${name}: { store: path, path: /mnt/trainyard }".`,
      },
    ];
  }
  if (store === 'path' || path === undefined) return [];
  return [
    {
      place: tree.locate(step(at, 'path'), 'key'),
      message: `"path" of ${quoted(name)} says nothing ${store === undefined ? 'without' : `with "store: ${store}", only with`} "store: path".`,
      expected: 'the folder of "store: path"',
      hint: 'Write "store: path", or remove "path".',
    },
  ];
}
