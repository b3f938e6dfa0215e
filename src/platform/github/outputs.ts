import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';
import { safeFileName } from '../names.ts';
import type { Ensured, Platform } from '../types.ts';
import type { Runner } from './runner.ts';
import { fitBytes } from './text-limits.ts';

type Outputs = Pick<Platform, 'writeSummary' | 'writeReport'>;

/** GitHub takes 1 MiB a step. */
const summaryBytes = 1_048_000;

/**
 * The job summary (the step's own file, rewritten when the text changes) and files of the report, under `reports`, where
 * the job's upload takes them from.
 */
export function createOutputs(runtime: Runtime, runner: Runner, reports: string): Outputs {
  const ensure = async (file: string, content: string): Promise<Ensured> => {
    const before = await runtime.files.readText(file);
    if (before === content) return 'unchanged';
    await runtime.files.write(file, content);
    return before === null || before === '' ? 'created' : 'updated';
  };
  return {
    async writeSummary(markdown) {
      const file = runtime.env['GITHUB_STEP_SUMMARY'];
      if (!file) {
        throw new ConfigError('GITHUB_STEP_SUMMARY is not set: this is no job of GitHub Actions.', {
          expected: 'the file that the runner names for the summary',
        });
      }
      return { result: await ensure(file, fitBytes(markdown, summaryBytes)), url: runner.runUrl };
    },

    async writeReport(name, content) {
      const file = join(reports, safeFileName(name));
      return { result: await ensure(file, content), url: file };
    },
  };
}
