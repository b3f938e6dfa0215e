import { ConfigError } from '../../core/errors.ts';
import { readPlaced } from '../note.ts';
import type { TargetState } from '../types.ts';

const expected =
  '{"stable": {"deployment": …, "version": …, "digest": …} or null, "candidate": the same with "weight", or null}';

/** What a command answers to "current"; anything else is a ConfigError: without it nothing can be undone safely. */
export function readState(text: string): TargetState {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null) throw refused('it is no JSON object');
  const { stable = null, candidate = null, fence = 0 } = value as Record<string, unknown>;
  const placed = { stable: readPlaced(stable), candidate: readPlaced(candidate) };
  if (stable !== null && placed.stable === null) throw refused('"stable" is no placed version');
  const weight = (candidate as { weight?: unknown } | null)?.weight;
  if (candidate !== null && (placed.candidate === null || typeof weight !== 'number'))
    throw refused('"candidate" is no placed version with a weight');
  if (!Number.isSafeInteger(fence)) throw refused('"fence" is no whole number');
  return {
    stable: placed.stable,
    candidate: placed.candidate && { ...placed.candidate, weight: weight as number },
    fence: fence as number,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused('it is no JSON');
  }
}

function refused(why: string): ConfigError {
  return new ConfigError(
    `The command of the target answers "current" in a form that cannot be read: ${why}.`,
    {
      expected,
      hint: 'src/targets/command/README.md says what it is asked and has to answer.',
    },
  );
}
