import { describe, expect, test } from '@jest/globals';
import { buildGraph } from '../../../src/engines/python/graph.ts';
import { parsePipeline } from '../../../src/engines/python/schema.ts';
import { scoringOf } from '../../../src/engines/python/scoring.ts';
import type { EngineSpec } from '../../../src/engines/types.ts';

function scoring(pipeline: object) {
  const locate = (pointer: string) => ({ file: `trainyard.yml${pointer}` });
  const places = { root: '/r', path: '/r', stateFolder: '/s', configFile: 'trainyard.yml' };
  const spec: EngineSpec = { model: 'm', ...places, pipeline, seed: null, locate };
  const found = scoringOf(spec, buildGraph(spec, parsePipeline(spec, 'linux')));
  if ('reason' in found) return found.reason;
  return { ...found, pipeline: Object.keys(found.pipeline as object) };
}

const prepare = { run: 'p', deps: ['raw.csv'], outs: ['train.csv', 'test.csv'] };
const train = { run: 't', deps: ['train.py', 'train.csv'], outs: ['model.bin'], metrics: ['loss.json'] };
const evaluate = { run: 'e', deps: ['evaluate.py', 'model.bin', 'test.csv'], predictions: 'rows.csv' };

describe('what scores a model that is there', () => {
  test.each<[string, object, object]>([
    [
      'the stage that writes predictions; what training reads too is data',
      { prepare, train, evaluate },
      { pipeline: ['evaluate'], sources: ['evaluate.py'], model: ['model.bin'], data: ['test.csv'] },
    ],
    [
      'and the stages that measure what it wrote, not those that draw it',
      {
        train: { run: 't', outs: ['model'] },
        predict: { run: 'p', deps: ['model/weights'], predictions: 'rows.csv' },
        measure: { run: 'm', deps: ['rows.csv'], metrics: ['metrics.json'] },
        draw: { run: 'd', deps: ['rows.csv'], outs: ['curve.png'] },
      },
      { pipeline: ['predict', 'measure'], sources: [], model: ['model'], data: [] },
    ],
    [
      'and a stage that measures the model beside it',
      {
        train,
        evaluate: { ...evaluate, deps: ['model.bin'] },
        bench: { run: 'b', deps: ['model.bin'], metrics: ['time.json'] },
      },
      { pipeline: ['evaluate', 'bench'], sources: [], model: ['model.bin'], data: [] },
    ],
    [
      'with what several last stages made as the model',
      {
        one: { run: '1', outs: ['one.bin'] },
        two: { run: '2', outs: ['two.bin'] },
        evaluate: { run: 'e', deps: ['one.bin', 'two.bin'], predictions: 'rows.csv' },
      },
      { pipeline: ['evaluate'], sources: [], model: ['one.bin', 'two.bin'], data: [] },
    ],
  ])('is %s', (_what, pipeline, expected) => {
    expect(scoring(pipeline)).toEqual(expected);
  });

  test.each<[string, object, string]>([
    ['nothing is predicted', { train }, 'no stage writes predictions'],
    [
      'one stage does both',
      { all: { run: 'a', deps: ['data.csv'], predictions: 'rows.csv' } },
      'stage "all" trains and scores at once',
    ],
    [
      'the stage that scores makes something else',
      { prepare, all: { run: 'a', deps: ['train.csv'], outs: ['model.bin'], predictions: 'rows.csv' } },
      'stage "all" makes "model.bin" beside scores, so it may be what trains',
    ],
  ])('is not known where %s', (_what, pipeline, reason) => {
    expect(scoring(pipeline)).toBe(reason);
  });
});
