import { describeFailure } from '../report/failure.ts';
import { type ActionsRuntime, createActionsRuntime } from '../runtime/actions/index.ts';
import { type Duty, guarded } from './post.ts';

/** An action: what it does, and what its `post` part tidies when it is killed. */
export interface Step {
  duty: Duty;
  load(): Promise<(runtime: ActionsRuntime) => Promise<number>>;
}

/**
 * Runs one step and gives its exit code; whatever is thrown becomes an annotation with the remedy. `program` is the URL of
 * the module that answers in threads.
 */
export async function runStep({ duty, load }: Step, program?: string): Promise<number> {
  try {
    const runtime = createActionsRuntime({ program });
    const run = await load();
    return await guarded(runtime, duty, async () => {
      try {
        return await run(runtime);
      } catch (error) {
        return explain(runtime, error);
      }
    });
  } catch (error) {
    const { lines, exit } = describeFailure(error);
    process.stdout.write(`${lines.join('\n')}\n`);
    return exit;
  }
}

function explain({ log }: ActionsRuntime, error: unknown): number {
  const { lines, place, exit, kind } = describeFailure(error);
  const title = kind === 'bug' ? 'A bug in trainyard' : 'trainyard';
  log.endGroup();
  log.error(lines.join('\n'), { title, ...(place && { place }) });
  return exit;
}
