import { depsOf, factsOf, trainedRecord } from './project.mjs';

/** Name under which a run keeps a record. */
const artifactOf = ({ model, id }) => `trainyard-run-${model}-${id}`;

/** Keeps a record as an artifact of a run, as the job that trains does. */
export function keep({ github, modules }, run, record, name = artifactOf(record)) {
  github.state.artifact(run, { name, files: { 'run.json': modules.runRecord.writeRunRecord(record) } });
}

/** The first job of a run: what is there to train, as the verb that ships says it. */
export function startSpec(history, flow) {
  return {
    ...{ ...flow.common, kind: 'start', name: `${flow.name} start` },
    async work(tools) {
      const context = await tools.platform.context();
      const runs = { computed: async () => ({ record: null, reason: 'later' }) };
      const deps = depsOf(history.modules, tools, context, runs);
      flow.plan = JSON.parse(
        JSON.stringify(await history.modules.planJob.planJob(deps, await deps.config())),
      );
      flow.context = context;
    },
  };
}

/** The job that trains: a run that stands in by its inputs and its configuration, or a new one. */
export function train(history, flow) {
  const { plan, context, run } = flow;
  if (plan.mode === 'record' && !plan.train) return;
  const facts = factsOf(history, context.builtSha);
  const [{ equal }] = plan.models;
  flow.equal = equal.find((one) => one.run_key === facts.key && one.config === facts.config)?.id ?? null;
  if (flow.equal !== null) return;
  flow.trained = trainedRecord(history, facts, context);
  history.trainings += 1;
  keep(history, run, flow.trained);
}

/** The job that records a commit of the default branch. */
export function recordSpec(history, flow) {
  const { modules } = history;
  return {
    ...{ ...flow.common, kind: 'record', name: `${flow.name} record` },
    async work(tools) {
      const context = await tools.platform.context();
      const runs = {
        equal: async (_deps, _model, _context, _config, kept) =>
          kept.find(({ id }) => id === flow.equal) ?? null,
        async made() {
          if (!flow.trained) throw new Error(`nothing was trained for ${context.builtSha}`);
          return [modules.ofRecord.adopted(flow.trained, context)];
        },
      };
      const deps = depsOf(modules, tools, context, runs);
      const all = { model: null, metrics: [], predictions: null };
      const work = () => modules.recordVerb.record(deps, all);
      flow.recorded = await tools.doing('record', {}, work);
    },
  };
}

/** The job that judges a proposal, as far as its baseline goes. */
export function judgeSpec(history, flow) {
  const { modules } = history;
  return {
    ...{ ...flow.common, kind: 'report', name: `${flow.name} report` },
    async work(tools) {
      const context = await tools.platform.context();
      const runs = {
        async computed(_deps, { commit }) {
          history.computed.push(commit.sha);
          const facts = factsOf(history, commit.sha);
          const there = { ...context, headSha: commit.sha, builtSha: commit.sha, tree: commit.tree };
          return { how: 'computed', record: trainedRecord(history, facts, there) };
        },
      };
      const deps = depsOf(modules, tools, context, runs);
      const [model] = (await deps.config()).models;
      const found = await modules.baselines.findBaselines(deps, { model, policies: [model.policy], context });
      flow.baseline = { baseSha: context.baseSha, ...found.get('auto') };
    },
  };
}
