import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeCanonical } from '../../src/formats/predictions/canonical.ts';
import { readPredictions } from '../../src/formats/predictions/index.ts';
import { sniff } from '../../src/formats/sniff.ts';
import { utf8 } from './caught.ts';
import { OPTIONS, sourceOf } from './predictions/source.ts';

describe('the kind of a file', () => {
  test.each([
    ['run.json', readFileSync('test/fixtures/formats/run.json', 'utf8'), 'run-record'],
    ['run', readFileSync('test/fixtures/formats/run.json', 'utf8'), 'run-record'],
    ['m.json', '{"auc": 0.9}', 'metrics'],
    ['m.json', '{"auc": 0.9,', 'metrics'],
    ['m.json', '[{"name": "auc", "value": 1}]', 'metrics'],
    ['m.yaml', 'auc: 1\n', 'metrics'],
    ['m.toml', 'auc = 1\n', 'metrics'],
    ['metrics', 'auc: 1\n', 'metrics'],
    ['m.csv', 'auc,loss\n1,2\n', 'metrics'],
    ['m.csv', 'epoch,auc,loss\n1,1,2\n2,1,2\n', 'metrics'],
    ['m.csv', 'metric,value\nauc,2\nloss,3\n', 'metrics'],
    ['m.csv', 'score,accuracy\n1,2\n', 'metrics'],
    ['m.csv', '', 'metrics'],
    ['p.csv', '\uFEFFid,label,prediction\na,1,1\n', 'predictions'],
    ['p.tsv', 'id\tlabel\tscore.a\na\t1\t1\n', 'predictions'],
    ['p.txt', 'id,label,prediction\na,1,1\n', 'predictions'],
    ['p.csv', 'row,target,proba\na,1,1\nb,1,1\n', 'predictions'],
    ['p.csv', `id,label,prediction,text\na,1,1,"${'long '.repeat(20_000)}"\n`, 'predictions'],
    ['p.jsonl', '{"id": 1}\n', 'predictions'],
    ['rows', '{"id": 1, "label": 1}\n{"id": 2, "label": 1}\n', 'predictions'],
  ] as const)('%s that starts %j is %s', (file, text, kind) => {
    expect(sniff(utf8(text), file)).toBe(kind);
  });

  test('canonical predictions are known by their magic under any name', async () => {
    const table = await readPredictions(
      sourceOf(utf8('id,label,prediction\na,1,1\n'), 'p.csv'),
      { ...OPTIONS, slices: [], model: 'm' },
      null,
    );

    expect(sniff(encodeCanonical(table), 'predictions.csv')).toBe('canonical');
  });

  test('is found for any bytes without an error', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom('x.csv', 'x.tsv', 'x.json', 'x.jsonl', 'x.yaml', 'x'),
        (bytes, file) => {
          expect(['run-record', 'metrics', 'predictions', 'canonical']).toContain(sniff(bytes, file));
        },
      ),
    );
  });
});
