import * as core from '@actions/core';
import { ConfigError } from '../../core/errors.ts';

/** Gives a later step `steps.<id>.outputs.<name>`. Outside of a job of GitHub Actions: ConfigError. */
export function setOutput(name: string, value: string): void {
  toFile('GITHUB_OUTPUT', () => core.setOutput(name, value));
}

/** Keeps a value for the `post` part of this step, where `readState` finds it. Outside of a job: ConfigError. */
export function saveState(name: string, value: string): void {
  toFile('GITHUB_STATE', () => core.saveState(name, value));
}

/** What the `main` part of this step saved; `null` when it saved nothing or an empty text. */
export function readState(name: string): string | null {
  return core.getState(name) || null;
}

/** Without its file the toolkit would print the value as a command of the past, which runners refuse. */
function toFile(variable: 'GITHUB_OUTPUT' | 'GITHUB_STATE', write: () => void): void {
  const path = process.env[variable];
  if (!path) throw unwritable(`${variable} is not set: this is no step of GitHub Actions.`, variable);
  try {
    write();
  } catch (error) {
    throw unwritable(`Cannot write ${path}: ${(error as Error).message}`, variable, error);
  }
}

function unwritable(message: string, variable: string, cause?: unknown): ConfigError {
  return new ConfigError(message, {
    expected: `the file that the runner names in ${variable}`,
    hint: 'Run this as a step of a workflow; on a laptop use the command line, trainyard.',
    cause,
  });
}
