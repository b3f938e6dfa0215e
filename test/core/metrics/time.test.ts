import { describe, expect, test } from '@jest/globals';
import { isTime } from '../../../src/core/metrics/time.ts';

describe('a metric that is a time', () => {
  test.each([
    'latency_ms',
    'Latency P95',
    'latency_p95',
    'p99_latency',
    'predict.time_s',
    'training_time',
    'inference-seconds',
    'elapsed',
    'rows_per_second',
    'tokens/throughput',
    'fit_time_mean',
  ])('is told by its name: %s', (name) => {
    expect(isTime(name)).toBe(true);
  });

  test.each([
    'accuracy',
    'items',
    'terms',
    'rms',
    'loss_s',
    'time_series_mae',
    'timestamp_accuracy',
    'h',
    'examples',
    'mean_absolute_error',
    '',
  ])('is not told by %p', (name) => {
    expect(isTime(name)).toBe(false);
  });

  test('is what the configuration says, whatever the name', () => {
    expect(isTime('cost', { direction: 'lower', unit: 'ms' })).toBe(true);
    expect(isTime('latency_ms', { direction: 'lower', unit: 'none' })).toBe(false);
    expect(isTime('latency_ms', { direction: 'lower' })).toBe(true);
  });
});
