/** Deciding that nothing has to run: 5 stages with 1,000 files they depend on, as a whole process beside a Node that does nothing. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const name = 'unchanged';

const stages = 5;
const filesOfStage = 200;

/** A project whose stages each read a folder of files and what the stage before made. */
function makePipeline(folder) {
  const pipeline = {};
  for (let stage = 0; stage < stages; stage += 1) {
    mkdirSync(join(folder, `data${stage}`));
    for (let file = 0; file < filesOfStage; file += 1) {
      writeFileSync(join(folder, `data${stage}`, `part-${file}.csv`), `${stage},${file}\n`.repeat(500));
    }
    const before = stage === 0 ? [] : [`out${stage - 1}`];
    pipeline[`stage${stage}`] = {
      run: `cat data${stage}/* ${before.join(' ')} | wc -c > out${stage}`,
      deps: [`data${stage}`, ...before],
      outs: [`out${stage}`],
      params: ['params.yaml'],
    };
  }
  writeFileSync(join(folder, 'params.yaml'), 'rate: 0.1\n');
  return pipeline;
}

/** Runs the pipeline; fails unless every stage ended as its first argument says. */
const program = (root, folder, pipeline) => `
  import { createRuntime } from ${JSON.stringify(join(root, 'build/runtime/node/index.js'))};
  import { engine } from ${JSON.stringify(join(root, 'build/engines/api.js'))};
  const path = ${JSON.stringify(folder)};
  const python = (await engine('python')).create(createRuntime());
  const spec = { model: 'm', root: path, path, pipeline: ${JSON.stringify(pipeline)}, seed: 1,
    stateFolder: path + '/.trainyard', configFile: 'trainyard.yml', locate: () => ({ file: 'trainyard.yml' }) };
  const ref = await python.submit(spec, await python.plan(spec));
  const { stages } = await python.collect(spec, ref);
  if (stages.some((stage) => stage.result !== process.argv[1])) throw new Error(JSON.stringify(stages));`;

export async function rows({ measure, row, node, root, folder }) {
  const pipeline = makePipeline(folder);
  const run = (expected) => ['--input-type=module', '-e', program(root, folder, pipeline), '--', expected];
  const first = spawnSync(node, run('ran'), { encoding: 'utf8' });
  if (first.status !== 0) throw new Error(first.stderr);
  const ours = { argv: [node, ...run('unchanged')] };
  const [seen, beside] = measure([ours, { argv: [node, '-e', '0'] }], { runs: 11, warmups: 2 });
  return [row('5 stages, 1,000 files, all unchanged', seen, 'node -e 0', beside)];
}
