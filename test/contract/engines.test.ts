import { create } from '../../src/engines/python/index.ts';
import { makeProject } from '../engines/python/project.ts';
import { describeEngine } from './engine.ts';

const train = { deps: ['train.txt'], params: [{ 'params.yaml': ['rate'] }] };
const pipelines = {
  works: {
    train: { ...train, run: 'echo training; cp train.txt model.txt', outs: ['model.txt'] },
    evaluate: {
      run: `echo '{"accuracy": 0.9}' > metrics.json`,
      deps: ['model.txt'],
      metrics: ['metrics.json'],
    },
  },
  fails: { train: { ...train, run: 'exit 3', outs: ['model.txt'] } },
  hangs: { train: { ...train, run: 'sleep 300', outs: ['model.txt'] } },
};

describeEngine('python', async () => {
  const project = await makeProject({ 'train.txt': 'weights\n', 'params.yaml': 'rate: 0.1\n' });
  return {
    engine: project.engine,
    spec: async (kind) => project.spec(pipelines[kind]),
    another: () => create(project.runtime),
    remove: project.remove,
  };
});
