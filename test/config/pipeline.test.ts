import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/parse.ts';
import { checkPipeline, pipelineProblems } from '../../src/config/validate.ts';
import { formatPlace } from '../../src/core/errors.ts';
import { validate } from '../../src/schema/python-pipeline.validate.js';
import { caught } from './caught.ts';

function modelWith(pipeline: string) {
  const [model] = parseConfig(`version: 1\nmodel: churn\npipeline: ${pipeline}\n`, 'trainyard.yml').models;
  if (model === undefined) throw new Error('no model');
  return model;
}

function problems(pipeline: string): string[] {
  const model = modelWith(pipeline);
  return pipelineProblems(validate, model.pipeline, model.locate).map(
    ({ place, message, hint }) => `${formatPlace(place)} ${message}${hint === undefined ? '' : ` ${hint}`}`,
  );
}

const stage = (keys: string) => `{ train: { run: x, ${keys} } }`;

describe('the section of the python engine', () => {
  test('a whole one is valid', () => {
    const keys = `deps: [a, ../shared], outs: [out/model], params: [p.yaml, { q.yaml: [a.b] }], metrics: [m.json],
      predictions: p.csv, timeout: 1h30m, retries: 10, env: { A: 1, B: x, C: true, D: }, shell: bash`;

    expect(problems(stage(keys))).toEqual([]);
    expect(problems(stage('timeout: 90'))).toEqual([]);
  });

  test('the configuration leaves a pipeline to its engine', () => {
    expect(modelWith('{ train: { no-such-key: 1 } }').pipeline).toEqual({ train: { 'no-such-key': 1 } });
  });

  test.each([
    ['', '3:11 "pipeline" has no value.'],
    ['x', '3:11 "pipeline" cannot be the text "x".'],
    ['{}', '3:1 "pipeline" is empty.'],
    ['{ train: python x }', '3:20 "train" of "pipeline" cannot be the text "python x".'],
    ['{ train: {} }', '3:13 "train" of "pipeline" has no "run". Add "run: …".'],
    ['{ a b: { run: x } }', '3:13 "a b" cannot be a name in "pipeline".'],
    ['{ train: { run: 5 } }', '3:27 "run" of "train" cannot be 5. Put it in quotes: "5".'],
    ['{ train: { run: " " } }', '3:27 "run" of "train" cannot be the text " ".'],
    [stage('dep: [a]'), '3:30 Unknown key "dep" in "train" of "pipeline". Did you mean "deps"?'],
    [stage('deps: data'), '3:36 "deps" of "train" cannot be the text "data". Write it as a list: [data].'],
    [stage('deps: [/data]'), '3:37 Entry 1 of "deps" cannot be the text "/data".'],
    [stage('outs: [a, ../b]'), '3:40 Entry 2 of "outs" cannot be the text "../b".'],
    [stage('outs: [.]'), '3:37 Entry 1 of "outs" cannot be the text ".".'],
    [stage('outs: [./]'), '3:37 Entry 1 of "outs" cannot be the text "./".'],
    [stage('outs: [a, a]'), '3:30 "outs" of "train" lists the text "a" twice. Remove one of the two.'],
    [stage('params: [3]'), '3:39 Entry 1 of "params" cannot be 3.'],
    [stage('params: [{ f: k }]'), '3:44 "f" of entry 1 cannot be the text "k". Write it as a list: [k].'],
    [stage('timeout: 5x'), '3:39 "timeout" of "train" cannot be the text "5x".'],
    [stage('timeout: 0s'), '3:39 "timeout" of "train" cannot be the text "0s".'],
    [stage('timeout: 1e9'), '3:39 "timeout" of "train" cannot be 1000000000.'],
    [stage('timeout: 9999h'), '3:39 "timeout" of "train" cannot be the text "9999h".'],
    [stage('timeout: 0'), '3:39 "timeout" of "train" cannot be 0.'],
    [stage('retries: 11'), '3:39 "retries" of "train" cannot be 11.'],
    [stage('env: { A-B: 1 }'), '3:37 "A-B" cannot be a name in "env" of "train".'],
    [stage('env: { A: [1] }'), '3:37 "A" of "env" cannot be a list.'],
  ])('%s is one problem: %s', (pipeline, problem) => {
    expect(problems(pipeline)).toEqual([`trainyard.yml:${problem}`]);
  });

  test('a model without one is refused at its name', () => {
    const model = parseConfig('version: 1\nmodels:\n  a: { seed: 1 }\n', 'trainyard.yml').models[0];

    const error = caught(() =>
      checkPipeline(validate, model?.pipeline, model?.locate ?? (() => ({ file: '' }))),
    );
    expect(error.message).toBe('"pipeline" has no value.');
    expect(error.place).toEqual({ file: 'trainyard.yml', line: 3, column: 3 });
  });

  test('several problems are one error', () => {
    const model = modelWith(stage('retries: 11, dep: [a]'));

    expect(caught(() => checkPipeline(validate, model.pipeline, model.locate)).message).toMatch(
      /^There are 2 problems in trainyard\.yml:\n {2}trainyard\.yml:3:39: .*\n {2}trainyard\.yml:3:43: /,
    );
  });
});
