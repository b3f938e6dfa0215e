import { parseDuration } from '../../config/duration.ts';
import { UpstreamError } from '../../core/errors.ts';
import { type CommandAnswer, runCommand } from '../../runtime/command.ts';
import type { CommandTarget } from '../../schema/trainyard.types.ts';
import type { Target, TargetPlace, TargetPlugin, TargetState } from '../types.ts';
import { readState } from './schema.ts';

/** Seconds that a step may take when the section does not say. */
const usualTimeout = 600;

/**
 * A command of the user's that does each step: it gets one JSON document on stdin and answers with one on stdout. It is
 * called again after a failure, so each step must do nothing where it was done already.
 */
export const plugin: TargetPlugin<CommandTarget> = {
  id: 'command',
  capabilities: ({ traffic }) => ({ traffic: traffic ?? 'switch' }),
  create(place, section) {
    const ask = asker(place, section);
    return createCommand(ask, section);
  },
};

type Ask = (step: string, about: Record<string, unknown>) => Promise<CommandAnswer>;

function createCommand(ask: Ask, section: CommandTarget): Target {
  const tell = async (step: string, about: Record<string, unknown>) => {
    await ask(step, about);
  };
  return {
    id: plugin.id,
    capabilities: plugin.capabilities(section),
    async current(): Promise<TargetState> {
      return readState((await ask('current', {})).stdout);
    },
    stage: (placement, manifest, folder) => tell('stage', { placement, manifest, folder }),
    shift: (placement, weight) => tell('shift', { placement, weight }),
    async probe(placement) {
      try {
        await ask('probe', { placement });
        return null;
      } catch (error) {
        if (error instanceof CommandFailure) return error.said || error.message;
        throw error;
      }
    },
    promote: (placement) => tell('promote', { placement }),
    rollback: (placement, to) => tell('rollback', { placement, to }),
    retire: (placement) => tell('retire', { placement }),
  };
}

/** The command ended with another code than 0. */
class CommandFailure extends UpstreamError {
  readonly said: string;

  constructor(step: string, { code, said }: CommandAnswer) {
    super(
      `The command of the target ended with ${code ?? 'a signal'} at "${step}": ${said || 'it says nothing'}`,
      {
        retryable: true,
      },
    );
    this.said = said;
  }
}

function asker({ runtime, root, environment, model }: TargetPlace, section: CommandTarget): Ask {
  const timeout = parseDuration(section.timeout ?? usualTimeout) ?? usualTimeout;
  const named = (section.env ?? []).flatMap((name) => {
    const value = runtime.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return async (step, about) => {
    const document = { schema: 'trainyard/target', version: 1, step, environment, model, ...about };
    const answer = await runCommand(runtime, {
      ...{ command: section.run, cwd: root, timeoutMs: timeout * 1000 },
      env: { ...Object.fromEntries(named), TRAINYARD_STEP: step },
      stdin: `${JSON.stringify(document)}\n`,
    });
    if (answer.code !== 0) throw new CommandFailure(step, answer);
    return answer;
  };
}
