const train = { deps: ['train.txt'], params: [{ 'params.yaml': ['rate'] }] };
const evaluate = {
  run: `echo '{"accuracy": 0.9}' > metrics.json`,
  deps: ['model.txt'],
  metrics: ['metrics.json'],
};
const steps = 'for i in 1 2 3 4 5 6 7 8; do echo "step $i"; sleep 0.15; done; cp train.txt model.txt';

/** Pipelines of the kinds that the suites ask for, for engines whose stages are commands. */
export const pipelines = {
  works: {
    train: { ...train, run: 'echo training; cp train.txt model.txt', outs: ['model.txt'] },
    evaluate,
  },
  steps: { train: { ...train, run: steps, outs: ['model.txt'] }, evaluate },
  fails: { train: { ...train, run: 'exit 3', outs: ['model.txt'] } },
  hangs: { train: { ...train, run: 'sleep 300', outs: ['model.txt'] } },
};
