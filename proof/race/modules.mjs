import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledFolder } from '../../test/rig/load.mjs';
import { mutatedFolder } from '../lib/mutated.mjs';

/** What is proved; what it imports when it needs it is loaded before. */
const proved = {
  errors: 'src/core/errors.js',
  client: 'src/github/client.js',
  check: 'src/platform/github/check.js',
  platform: 'src/platform/github/index.js',
  comment: 'src/platform/github/comment.js',
  keptRuns: 'src/platform/github/kept-runs.js',
  ledger: 'src/ledger/github/index.js',
  layout: 'src/ledger/layout.js',
  index: 'src/ledger/index-file.js',
  runRecord: 'src/formats/run-record.js',
  planJob: 'src/run/plan-job.js',
  recordVerb: 'src/verbs/record.js',
  baselines: 'src/run/baselines.js',
  configAt: 'src/run/config-at.js',
  ofRecord: 'src/run/record.js',
  keys: 'src/run/keys.js',
};

/** What it is proved with: never mutated. */
const tools = {
  rig: 'test/rig/github/index.js',
  gitTrees: 'test/rig/github/git-trees.js',
  records: 'test/ledger/records.js',
};

/** Folder of the sources as JavaScript. */
export function compiled() {
  return compiledFolder(['src', 'test/rig/github', 'test/rig/results', 'test/ledger']);
}

/** A copy of it in which one text of one file of src/ is another; for the caller to remove. */
export function mutated(fault) {
  return mutatedFolder(compiled(), fault);
}

/** The modules under proof from a compiled folder, and those they are proved with. */
export async function loadModules(folder) {
  const of = (base, paths) =>
    Promise.all(
      Object.entries(paths).map(async ([name, path]) => [
        name,
        await import(pathToFileURL(join(base, path)).href),
      ]),
    );
  return Object.fromEntries([...(await of(folder, proved)), ...(await of(compiled(), tools))]);
}
