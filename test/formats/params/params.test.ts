import { describe, expect, test } from '@jest/globals';
import { readParams, selectParams } from '../../../src/formats/params/index.ts';
import { caught, utf8 } from '../caught.ts';

const read = (text: string, file = 'params.yaml') => readParams(utf8(text), file);

describe('parameters', () => {
  test.each([
    [
      'YAML',
      'p.yaml',
      'lr: 0.1\nmodel:\n  depth: 3\n  name: gbm\n  fast: true\n  layers: [64, 32]\n  none:\n  opts: {}\n',
    ],
    [
      'JSON',
      'p.json',
      '{"lr": 0.1, "model": {"depth": 3, "name": "gbm", "fast": true, "layers": [64, 32], "none": null, "opts": {}}}',
    ],
  ])('of %s are flattened to dotted keys', (_, file, text) => {
    expect({ ...read(text, file) }).toEqual({
      lr: 0.1,
      'model.depth': 3,
      'model.name': 'gbm',
      'model.fast': true,
      'model.layers': '[64,32]',
      'model.none': null,
      'model.opts': '{}',
    });
  });

  test('of TOML are flattened, dates as text', () => {
    expect({ ...read('lr = 0.1\n[model]\nday = 2026-01-02\n', 'p.toml') }).toEqual({
      lr: 0.1,
      'model.day': '2026-01-02',
    });
  });

  test.each([
    ['p.yaml', 'seed: 12345678901234567890\n'],
    ['p.json', '{"seed": 12345678901234567890}'],
  ])('keep integers a double cannot hold (%s)', (file, text) => {
    expect(read(text, file)['seed']).toBe('12345678901234567890');
  });

  test('that are not finite are texts', () => {
    expect({ ...read('a: .nan\nb: -.inf\n') }).toEqual({ a: 'NaN', b: '-Infinity' });
  });

  test('called __proto__ are parameters', () => {
    expect(Object.entries(read('{"__proto__": {"x": 1}, "toString": 2}', 'p.json'))).toEqual([
      ['__proto__.x', 1],
      ['toString', 2],
    ]);
  });

  test('are selected by key and by what stands below a key', () => {
    const params = read('lr: 1\nmodel: {depth: 3, name: a}\nmodels: 2\n');

    expect({ ...selectParams(params, 'params.yaml', ['model', 'lr']) }).toEqual({
      lr: 1,
      'model.depth': 3,
      'model.name': 'a',
    });
    expect({ ...selectParams(params, 'params.yaml', ['model.depth']) }).toEqual({ 'model.depth': 3 });
    expect({ ...selectParams(params, 'params.yaml', null) }).toEqual({ ...params });
  });

  test('that are not there are named with the nearest', () => {
    expect(caught(() => selectParams(read('depth: 1\nlr: 2\n'), 'params.yaml', ['dept']))).toMatchObject({
      message: 'params.yaml has no parameter "dept".',
      expected: 'one of "depth", "lr"',
      hint: 'Did you mean "depth"?',
    });
  });

  test.each([
    ['another extension', 'params.ini', 'a=1', 'params.ini is no parameter file.'],
    ['a list at the top', 'params.yaml', '- 1\n', 'params.yaml has no keys.'],
    [
      'colliding names',
      'params.json',
      '{"a.b": 1, "a": {"b": 2}}',
      'The parameter "a.b" occurs twice in params.json, once as a dotted name.',
    ],
    ['duplicate keys', 'params.yaml', 'a: 1\na: 2\n', 'The key "a" occurs twice in params.yaml.'],
    ['merging a number', 'params.yaml', 'a: 1\n<<: 3\n', 'The merge key "<<" has no map to merge.'],
    ['a list as key', 'params.yaml', '? [a]\n: 1\n', 'A key in params.yaml is not plain text.'],
    ['a binary tag', 'params.yaml', 'a: !!binary aGk=\n', 'params.yaml uses the tag "!!binary".'],
  ])('%s are refused', (_, file, text, message) => {
    expect(caught(() => read(text, file)).message).toBe(message);
  });
});
