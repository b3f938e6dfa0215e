import type { EnvironmentConfig } from '../config/deploy.ts';
import { ConfigError } from '../core/errors.ts';
import type { DeploymentRecord } from '../schema/deployment.types.ts';
import type { TargetCapabilities } from '../targets/types.ts';
import type { RolloutStep } from './types.ts';

const plain = (step: RolloutStep['step']): RolloutStep => ({ step, weight: null, bake: 0 });

/**
 * The steps of a deployment. The last shift is to 100 %; a rollback goes there at once. Weights on a target that only
 * switches are a ConfigError.
 */
export function stepsOf(
  kind: DeploymentRecord['kind'],
  { steps, stepsAt }: Pick<EnvironmentConfig, 'steps' | 'stepsAt'>,
  { traffic }: TargetCapabilities,
): RolloutStep[] {
  const partial = steps.find(({ weight }) => weight < 100);
  if (traffic === 'switch' && partial !== undefined) {
    throw new ConfigError(`A step of ${partial.weight} % is asked of a target that only switches.`, {
      place: stepsAt,
      expected: 'steps of 100 %, or a target that shifts by weight',
      hint: 'Remove the step, or use the target "command" with "traffic: weighted".',
    });
  }
  const shifts =
    kind === 'rollback' ? [] : steps.map(({ weight, bake }) => ({ step: 'shift' as const, weight, bake }));
  const whole = shifts.at(-1)?.weight === 100 ? [] : [{ step: 'shift' as const, weight: 100, bake: 0 }];
  return [
    plain('prepare'),
    plain('stage'),
    ...shifts,
    ...whole,
    plain('verify'),
    plain('promote'),
    plain('retire'),
  ];
}

/** The steps that a journal has not done yet; weights it is beyond are left out, also when the steps were changed since. */
export function remainingSteps(
  steps: readonly RolloutStep[],
  journal: DeploymentRecord['journal'],
): RolloutStep[] {
  const done = journal.filter((entry) => entry.done !== null).at(-1);
  if (done === undefined) return [...steps];
  const last = steps.findLastIndex(
    ({ step, weight }) => step === done.step && (weight === null || weight <= (done.weight ?? 0)),
  );
  const before = last < 0 && done.step === 'shift' ? steps.findIndex(({ step }) => step === 'stage') : last;
  return steps.slice(before + 1);
}
