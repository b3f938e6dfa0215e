import { ConfigError } from '../../core/errors.ts';
import { createJobLog, type JobLog } from '../job-log/log.ts';
import { createRuntime } from '../node/index.ts';
import type { Runtime } from '../types.ts';

export type { Annotation } from '../job-log/commands.ts';
export type { JobLog } from '../job-log/log.ts';
export { type Inputs, readInputs } from './inputs.ts';
export { readState, saveState, setOutput } from './outputs.ts';

/** The runtime of a step: this machine's, in the job's workspace, with the log of the job. */
export interface ActionsRuntime extends Runtime {
  log: JobLog;
}

/** The runtime of this step. It aborts on SIGINT and SIGTERM, which is how the runner cancels. Outside of a job: ConfigError. */
export function createActionsRuntime(
  given: { signal?: AbortSignal; program?: string | undefined } = {},
): ActionsRuntime {
  const log = createJobLog(process.stdout);
  const cwd = process.env['GITHUB_WORKSPACE'];
  if (!cwd) {
    throw new ConfigError('GITHUB_WORKSPACE is not set: this is no step of GitHub Actions.', {
      expected: 'the folder that the runner names for the checkout',
      hint: 'Run this as a step of a workflow; on a laptop use the command line, trainyard.',
    });
  }
  return { ...createRuntime({ ...given, log }), cwd, log };
}
