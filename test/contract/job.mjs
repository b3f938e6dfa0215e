// One job: does things with an engine in a process of its own and prints each answer as a line of JSON.
// node job.mjs '{"modules": {"plugin", "runtime"}, "spec", "actions": [["submit"], ["collect"], ["logs", cursor], …]}'
import { pathToFileURL } from 'node:url';

const { modules, spec: given, ref: known, actions } = JSON.parse(process.argv[2]);
const load = (path) => import(pathToFileURL(path).href);
const [{ plugin }, { createRuntime }] = await Promise.all([load(modules.plugin), load(modules.runtime)]);
const engine = plugin.create(createRuntime());
const spec = { ...given, locate: () => ({ file: given.configFile }) };
let ref = known;
const does = {
  plan: () => engine.plan(spec),
  submit: async () => {
    ref = await engine.submit(spec, await engine.plan(spec));
    return ref;
  },
  status: () => engine.status(ref),
  collect: () => engine.collect(spec, ref),
  logs: (cursor) => engine.logs(ref, cursor),
  cancel: async () => (await engine.cancel(ref)) ?? null,
};
for (const [action, ...values] of actions) {
  const answer = await does[action](...values).catch(({ name, message, retryable }) => ({
    error: { name, message, retryable },
  }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
