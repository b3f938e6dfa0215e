import { ConfigError } from '../../src/core/errors.ts';

/** The ConfigError that `work` ends in; a test fails when there is none. */
export function caught(work: () => unknown): ConfigError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('Expected a ConfigError, and nothing was thrown.');
}
