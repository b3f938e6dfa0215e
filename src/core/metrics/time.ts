import type { MetricDeclaration } from '../gate/types.ts';

/** Units of a time as a configuration declares them. */
export const TIME_UNITS = ['ns', 'us', 'ms', 's', 'min', 'h'] as const;

const UNIT = '(?:ns|us|ms|sec|secs|seconds|milliseconds|microseconds|nanoseconds|minutes|hours)';
const WORD = '(?:latency|duration|runtime|elapsed|throughput|qps|fps)';
const TIMED = new RegExp(
  `(?:^|_)(?:${WORD}|${UNIT}|time)$|(?:^|_)${WORD}_|_per_(?:second|sec|minute|hour|s)$|(?:^|_)time_(?:${UNIT}|s|p\\d+|mean|median|max)$`,
);

/**
 * Whether a metric is a time, or a number per time, which depends on the machine as much as on the model: by the unit
 * that is declared, else by the last part of its name (`latency_ms`, `predict.time_s`, `rows_per_second`).
 */
export function isTime(name: string, declaration?: MetricDeclaration): boolean {
  if (declaration?.unit !== undefined) return declaration.unit !== 'none';
  const leaf = name.slice(-200).split(/[./]/).at(-1) ?? name;
  return TIMED.test(leaf.toLowerCase().replace(/[\s-]+/g, '_'));
}
