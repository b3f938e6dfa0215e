import { ConfigError } from '../core/errors.ts';
import type { PredictionsPolicy } from '../core/gate/types.ts';
import { readSliceDeclaration } from '../core/metrics/slice-declaration.ts';
import type { Inputs } from '../runtime/actions/index.ts';

/** How predictions are read, from the inputs `task`, `columns`, `positive-label`, `slices` and `on-missing`. */
export function rowInputs(inputs: Inputs): PredictionsPolicy {
  const columns: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of inputs.list('columns')) {
    const [, ours, theirs] = /^([^=]+)=(.+)$/s.exec(pair) ?? [];
    if (ours === undefined || theirs === undefined) {
      throw new ConfigError(`The input "columns" has a line ${JSON.stringify(pair.slice(0, 80))}.`, {
        expected: 'ours=yours, for example label=target',
      });
    }
    columns[ours.trim()] = theirs.trim();
  }
  const onMissing = inputs.oneOf('on-missing', ['error', 'drop']);
  return {
    task: inputs.oneOf('task', ['binary', 'multiclass', 'regression']),
    columns,
    positiveLabel: inputs.text('positive-label'),
    slices: inputs.list('slices').map((text) => readSliceDeclaration(text, 'The input "slices":')),
    minSliceRows: 1,
    ...(onMissing !== null && { onMissing }),
  };
}
