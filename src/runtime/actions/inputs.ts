import { getBooleanInput, getInput, getMultilineInput } from '@actions/core';
import { ConfigError } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';

/**
 * The inputs of this step (`with:`), trimmed. An empty one is absent: an expression without a value gives an empty
 * text. Names are as in action.yml. Anything that is not as expected is a ConfigError that names the input.
 */
export interface Inputs {
  text(name: string): string | null;
  /** Like `text`; absent is a ConfigError with `expected`. */
  required(name: string, expected: string): string;
  /** One entry per line; empty lines count for nothing. */
  list(name: string): string[];
  /** As YAML 1.2 has them: true, True, TRUE, false, False, FALSE. */
  boolean(name: string): boolean | null;
  oneOf<T extends string>(name: string, choices: readonly T[]): T | null;
}

/** The inputs that the runner gave this process. */
export function readInputs(): Inputs {
  return {
    text,
    required(name, expected) {
      const value = text(name);
      if (value !== null) return value;
      throw new ConfigError(`The input "${name}" is missing.`, {
        expected,
        hint: `Add "${name}:" below "with:" of the step.`,
      });
    },
    list: (name) => getMultilineInput(name).filter((line) => line !== ''),
    boolean,
    oneOf,
  };
}

function text(name: string): string | null {
  return getInput(name) || null;
}

function boolean(name: string): boolean | null {
  if (text(name) === null) return null;
  try {
    return getBooleanInput(name);
  } catch (error) {
    throw unexpected(name, 'true or false', 'Write true or false, or leave the input out.', error);
  }
}

function oneOf<T extends string>(name: string, choices: readonly T[]): T | null {
  const given = text(name);
  if (given === null) return null;
  const choice = choices.find((candidate) => candidate === given);
  if (choice !== undefined) return choice;
  const guess = nearest(given, choices);
  const hint = guess === null ? `Write one of them below "with:" of the step.` : `Did you mean "${guess}"?`;
  throw unexpected(name, choices.join(', '), hint);
}

function unexpected(name: string, expected: string, hint: string, cause?: unknown): ConfigError {
  const given = JSON.stringify(getInput(name).slice(0, 80));
  return new ConfigError(`The input "${name}" is ${given}.`, { expected, hint, cause });
}
