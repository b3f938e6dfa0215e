import { expect, test } from '@jest/globals';
import { confusionOf, MOST_CONFUSED } from '../../../src/core/metrics/confusion.ts';
import { confusionFold } from '../../../src/report/confusion.ts';
import { multiclassTable, regressionTable } from './tables.ts';

test('a confusion matrix has the weights of labels by predictions, for classes that occur', () => {
  const table = multiclassTable(['a', 'b', 'b', 'c'], ['a', 'a', 'b', 'b'], {
    classes: ['a', 'unused', 'b', 'c'],
    weight: [1, 2.5, 1, 4],
  });
  const found = confusionOf(table);
  expect(found).toEqual({
    classes: ['a', 'b', 'c'],
    counts: [
      [1, 0, 0],
      [2.5, 1, 0],
      [0, 4, 0],
    ],
  });
  expect(found && confusionFold(found, null)).toContain('| b | 2.5 | 1 | 0 |');
});

test('there is none of numbers, of no rows, and of more classes than anyone reads', () => {
  const names = Array.from({ length: MOST_CONFUSED + 1 }, (_, i) => `c${i}`);
  for (const table of [regressionTable([1], [1]), multiclassTable([], []), multiclassTable(names, names)])
    expect(confusionOf(table)).toBeNull();
});

test('what changed from the baseline stands in brackets, where both have the same classes', () => {
  const [now, before] = [
    {
      classes: ['a', 'b'],
      counts: [
        [10, 2],
        [3, 7.5],
      ],
    },
    {
      classes: ['a', 'b'],
      counts: [
        [12, 0],
        [3, 7],
      ],
    },
  ];
  const fold = confusionFold(now, before);
  expect(fold).toContain('| a | 10 (−2) | 2 (+2) |');
  expect(fold).toContain('| b | 3 | 7.5 (+0.5) |');
  expect(confusionFold(now, { classes: ['a', 'c'], counts: before.counts })).not.toContain('(');
});

test('names of classes are a stranger’s', () => {
  const fold = confusionFold({ classes: ['<b>|x'], counts: [[1]] }, null);
  expect(fold).not.toContain('<b>');
});
