import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildGraph } from '../../../src/engines/python/graph.ts';
import { parsePipeline } from '../../../src/engines/python/schema.ts';
import type { EngineSpec } from '../../../src/engines/types.ts';

function specOf(pipeline: unknown): EngineSpec {
  const locate = (pointer: string) => ({ file: `trainyard.yml${pointer}` });
  return {
    model: 'm',
    root: '/r',
    path: '/r',
    pipeline,
    seed: null,
    stateFolder: '/s',
    configFile: 'trainyard.yml',
    locate,
  };
}

function orderOf(pipeline: unknown): string[] {
  const spec = specOf(pipeline);
  return buildGraph(spec, parsePipeline(spec, 'linux')).order.map((stage) => stage.name);
}

describe('order of stages', () => {
  test.each([
    ['the same path', 'model.bin', 'model.bin'],
    ['a file inside an output folder', 'model/weights.bin', 'model'],
    ['a folder that contains an output', 'data', 'data/clean.csv'],
    ['another spelling of the path', './out//x/', 'out/x'],
  ])('a stage comes after the one that makes %s', (_what, dep, out) => {
    expect(orderOf({ second: { run: 'b', deps: [dep] }, first: { run: 'a', outs: [out] } })).toEqual([
      'first',
      'second',
    ]);
  });

  test('metrics, predictions and parameter files order stages too', () => {
    const order = orderOf({
      report: { run: 'c', deps: ['metrics.json', 'rows.csv'], params: ['tuned.yaml'] },
      tune: { run: 'b', outs: ['tuned.yaml'] },
      evaluate: { run: 'a', metrics: ['metrics.json'], predictions: 'rows.csv' },
    });
    expect(order).toEqual(['evaluate', 'tune', 'report'].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(order.at(-1)).toBe('report');
  });

  test('a name that only begins like an output is another path', () => {
    expect(orderOf({ b: { run: 'b', deps: ['model-old'] }, a: { run: 'a', outs: ['model'] } })).toEqual([
      'b',
      'a',
    ]);
  });

  test('a cycle is named', () => {
    const cycle = {
      start: { run: 's', outs: ['s'] },
      a: { run: 'a', deps: ['c.txt', 's'], outs: ['a.txt'] },
      b: { run: 'b', deps: ['a.txt'], outs: ['b.txt'] },
      c: { run: 'c', deps: ['b.txt'], outs: ['c.txt'] },
    };
    expect(() => orderOf(cycle)).toThrow('The stages form a cycle: a → b → c → a.');
  });

  test.each([
    [
      'the same output',
      { a: { run: 'a', outs: ['x'] }, b: { run: 'b', metrics: ['x'] } },
      'Stages "a" and "b" both write "x"',
    ],
    [
      'an output inside another',
      { a: { run: 'a', outs: ['x'] }, b: { run: 'b', outs: ['x/y'] } },
      'one inside the other',
    ],
    ['its own output as input', { a: { run: 'a', deps: ['.'], outs: ['x'] } }, 'overlaps its own output "x"'],
  ])('%s is refused with its place', (_what, pipeline, message) => {
    expect(() => orderOf(pipeline)).toThrow(message);
    expect(() => orderOf(pipeline)).toThrow(
      expect.objectContaining({ name: 'ConfigError', place: expect.anything() }),
    );
  });

  test('every stage of any acyclic pipeline comes after all stages it reads from', () => {
    const pipelines = fc
      .array(fc.tuple(fc.array(fc.nat(11), { maxLength: 4 }), fc.nat()), { minLength: 1, maxLength: 12 })
      .map((rows) => {
        const entries = rows.map(([reads, shuffle], index) => {
          const deps = [...new Set(reads.filter((read) => read < index))].map((read) => `out${read}`);
          return { key: shuffle, entry: [`s${index}`, { run: 'x', deps, outs: [`out${index}`] }] as const };
        });
        return Object.fromEntries(entries.sort((a, b) => a.key - b.key).map(({ entry }) => entry));
      });
    fc.assert(
      fc.property(pipelines, (pipeline) => {
        const order = orderOf(pipeline);
        expect([...order].sort()).toEqual(Object.keys(pipeline).sort());
        for (const [name, stage] of Object.entries(pipeline)) {
          for (const dep of stage.deps) {
            expect(order.indexOf(dep.replace('out', 's'))).toBeLessThan(order.indexOf(name));
          }
        }
      }),
    );
  });
});

describe('a pipeline larger than any', () => {
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const chain = (count: number) =>
    Object.fromEntries(
      names('s', count).map((name, i) => [name, { run: 'x', deps: [`o${i}`], outs: [`o${i + 1}`] }]),
    );
  const wide = (outs: number, deps: number) => ({
    a: { run: 'x', outs: names('o', outs) },
    b: { run: 'x', deps: names('d', deps) },
  });

  test('500 stages, 2,000 outputs and 10,000 dependencies are put in order', () => {
    expect(orderOf(chain(500))).toHaveLength(500);
    expect(orderOf(wide(2000, 10_000))).toEqual(['a', 'b']);
  });

  test.each([
    ['501 stages', chain(501)],
    ['2001 outputs', wide(2001, 1)],
    ['10001 dependencies', wide(1, 10_001)],
  ])('%s are refused', (what, pipeline) => {
    expect(() => orderOf(pipeline)).toThrow(`The pipeline of m has ${what}.`);
  });
});
