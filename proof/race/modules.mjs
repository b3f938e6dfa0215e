import { compiled, load } from './build.mjs';

const paths = {
  client: 'src/github/client.ts',
  platform: 'src/platform/github/index.ts',
  comment: 'src/platform/github/comment.ts',
  ledger: 'src/ledger/github/index.ts',
  layout: 'src/ledger/layout.ts',
  index: 'src/ledger/index-file.ts',
  runRecord: 'src/formats/run-record.ts',
};

/** The GitHub for tests is never the mutated one, and is parsed once. */
const rigPaths = {
  rig: 'test/rig/github/index.ts',
  gitTrees: 'test/rig/github/git-trees.ts',
  records: 'test/ledger/records.ts',
};

/** The modules under proof, from the sources or from a mutated copy of them. */
export async function loadModules(folder = compiled()) {
  const of = async (base, list) =>
    Promise.all(Object.entries(list).map(async ([name, path]) => [name, await load(base, path)]));
  return Object.fromEntries([...(await of(folder, paths)), ...(await of(compiled(), rigPaths))]);
}
