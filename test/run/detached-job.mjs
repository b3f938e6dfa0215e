// One job in a checkout whose engine `detached` is the one for tests: prints what it did as JSON.
// node detached-job.mjs '{"src", "rig", "verb": "train" | "submit" | "gate" | "kept" | "abandoned" | "tidy"}'
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { src, plugin: path, verb } = JSON.parse(process.argv[2]);
const load = (file) => import(pathToFileURL(file).href);
const [{ plugin }, { createRuntime }, { composeLocal }] = await Promise.all([
  load(path),
  load(join(src, 'runtime/node/index.js')),
  load(join(src, 'cli/compose.js')),
]);
const runtime = createRuntime();
const local = await composeLocal(runtime);
const detached = plugin.create(runtime);
const deps = { ...local, engine: async (id) => (id === 'detached' ? detached : local.engine(id)) };
const all = { model: null };
const abandoned = async () => (await load(join(src, 'run/abandoned.js'))).abandonedRuns(deps);
const verbs = {
  train: async () => (await load(join(src, 'verbs/train.js'))).train(deps, all),
  submit: async () => (await load(join(src, 'verbs/train.js'))).submit(deps, all),
  gate: async () => (await load(join(src, 'verbs/gate.js'))).gate(deps, all),
  kept: async () => (await load(join(src, 'run/refs.js'))).keptRefs(deps),
  abandoned,
  async tidy() {
    const { cancelModel } = await load(join(src, 'run/abandoned.js'));
    for (const run of await abandoned()) await cancelModel(deps, run);
    return abandoned();
  },
};
const answer = await verbs[verb]().catch((error) => ({
  error: { name: error.name, message: error.message, place: error.place, retryable: error.retryable },
}));
process.stdout.write(JSON.stringify(answer));
