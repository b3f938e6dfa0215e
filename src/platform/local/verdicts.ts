import { ConfigError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';
import { requireVerdictKey } from '../names.ts';
import type { Platform } from '../types.ts';
import type { StateFolder } from './state-folder.ts';

type Verdicts = Pick<Platform, 'standingVerdict' | 'keepVerdict' | 'attempts' | 'keepAttempt'>;

/** Verdicts by key, `.trainyard/verdicts/<key>.json`: the first completed one stands, a later one changes nothing. */
export function createVerdicts(runtime: Runtime, state: StateFolder): Verdicts {
  const fileOf = (key: string) => state.path('verdicts', `${requireVerdictKey(key)}.json`);
  return {
    async standingVerdict(key) {
      const file = fileOf(key);
      const text = await runtime.files.readText(file);
      return text === null ? null : parsed(text, file);
    },
    async keepVerdict(key, verdict) {
      await state.create(fileOf(key), `${JSON.stringify(verdict, null, 2)}\n`);
    },
    attempts: async () => 0,
    keepAttempt: async () => {},
  };
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      place: { file },
      hint: 'Remove the file; the next gate judges again.',
      cause: error,
    });
  }
}
