import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseIndex, printIndex } from '../../src/ledger/index-file.ts';
import * as layout from '../../src/ledger/layout.ts';
import type { IndexEntry } from '../../src/ledger/types.ts';
import { digits, makeMetric, makeRecord } from './records.ts';

const limit = 256 * 1024;

function entryOf(number: number, metrics: number): IndexEntry {
  const names = Array.from({ length: metrics }, (_, i) => makeMetric(`metric number ${i}`, i / 7));
  return layout.indexEntryOf(makeRecord(`run ${number}`, { metrics: names }), digits(`run ${number}`));
}

/** Appends one after another, as a store does with files. */
function appendAll(entries: readonly IndexEntry[]): {
  head: layout.IndexHead;
  segments: Map<number, layout.Segment>;
} {
  let head: layout.IndexHead = { segments: 0, entries: [] };
  const segments = new Map<number, layout.Segment>();
  for (const entry of entries) {
    const added = layout.addEntry(head, entry);
    for (const segment of layout.placeOverflow(segments.get(head.segments) ?? null, added.overflow)) {
      segments.set(segment.number, segment);
      head = { ...head, segments: segment.number };
    }
    head = { segments: head.segments, entries: added.entries };
  }
  return { head, segments };
}

describe('the index', () => {
  test('loses and doubles nothing, keeps the order and the limits, whatever the runs weigh', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 260 });
    fc.assert(
      fc.property(sizes, (metrics) => {
        const entries = metrics.map((count, i) => entryOf(i, count % 7 === 0 ? count : count % 5));

        const { head, segments } = appendAll(entries);

        const files = Array.from(
          { length: head.segments },
          (_, i) => segments.get(head.segments - i)?.entries ?? [],
        );
        const told = [...head.entries, ...files.flat()].map(({ id }) => id);
        expect(told).toEqual(entries.map(({ id }) => id).reverse());
        for (const file of [head.entries, ...files]) {
          const bytes = Buffer.byteLength(printIndex(file, head.segments));
          expect(bytes <= limit || file.length === 1).toBe(true);
        }
        expect(head.entries.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 30 },
    );
  });

  test('of ordinary runs the newest 50 are always in the head, and a sealed segment is not written again', () => {
    const entries = Array.from({ length: 2000 }, (_, i) => entryOf(i, 5));
    const early = appendAll(entries.slice(0, 1500));
    const late = appendAll(entries);

    expect(early.head.entries.length).toBeGreaterThanOrEqual(50);
    expect(late.head.entries.length).toBeGreaterThanOrEqual(50);
    expect(early.head.segments).toBeGreaterThan(1);
    expect(late.head.segments).toBeGreaterThan(early.head.segments);
    for (let number = 1; number < early.head.segments; number += 1) {
      expect(late.segments.get(number)).toEqual(early.segments.get(number));
    }
  });

  test('is read back as it was printed', () => {
    const record = makeRecord('a', { metrics: [makeMetric('__proto__', 1), makeMetric('ünï\n|`', null)] });
    const entries = [layout.indexEntryOf(record, digits('a')), entryOf(1, 3)];

    expect(parseIndex(printIndex(entries, 3), 'x')).toEqual({ segments: 3, entries });
    expect(parseIndex(printIndex(entries, null), 'x')).toEqual({ segments: 0, entries });
    expect(parseIndex(printIndex([], 0), 'x')).toEqual({ segments: 0, entries: [] });
  });

  test('names the predictions of a run; an entry from before they were kept has none', () => {
    const predictions = { sha256: digits('rows', 64), rows: 10, task: 'binary' as const, slices: [] };
    const entry = layout.indexEntryOf(makeRecord('a', { predictions }), digits('a'));
    expect(entry.predictions).toBe(predictions.sha256);

    const { predictions: _left, ...older } = entry;
    const text = printIndex([older as typeof entry], 0);
    expect(text).not.toContain('predictions');
    expect(parseIndex(text, 'x').entries).toEqual([{ ...entry, predictions: null }]);
  });

  test('tells what values were measured on, beyond what names say', () => {
    const f1 = makeMetric('f1', 0.5);
    const metrics = [
      { ...f1, identity: { ...f1.identity, positive_label: 'yes', split: 'test' } },
      makeMetric('f1', 1),
    ];
    const digests = {
      rows: digits('r', 64),
      labels: null,
      evaluator: digits('e', 64),
      inputs: null,
      config: null,
    };
    const entry = layout.indexEntryOf(makeRecord('a', { metrics, digests }), digits('a'));
    expect(entry.event).toBe('local');
    expect(entry.measured).toEqual({
      rows: digests.rows,
      evaluator: digests.evaluator,
      hardware: null,
      identities: { f1: { positive_label: 'yes', split: 'test' } },
    });

    const { measured: _left, event: _gone, ...older } = entry;
    const text = printIndex([older as typeof entry], 0);
    expect(parseIndex(text, 'x').entries).toEqual([{ ...entry, event: null, measured: null }]);
    const broken = printIndex([{ ...entry, measured: { rows: 1 } } as never], 0);
    expect(() => parseIndex(broken, 'x')).toThrow('entry 1 lacks a field or has one of another type');
  });

  test('of two metrics with one name the first counts, a value that is not finite is null', () => {
    const metrics = [
      makeMetric('f1', 0.5),
      makeMetric('f1', 0.9),
      { ...makeMetric('loss', 1), value: Number.POSITIVE_INFINITY },
    ];

    expect(layout.indexEntryOf(makeRecord('a', { metrics }), digits('a')).metrics).toEqual({
      f1: 0.5,
      loss: null,
    });
  });
});
