import { ConfigError } from '../../src/core/errors.ts';

/** The ConfigError that `work` ends in; anything else fails the test. */
export function caught(work: () => unknown): ConfigError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('It was expected to be refused.');
}

/** Passes a value or a ConfigError; any other failure is thrown. */
export function survives(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The ConfigError that a promise ends in; anything else fails the test. */
export async function refused(work: Promise<unknown>): Promise<ConfigError> {
  const [result] = await Promise.allSettled([work]);
  return caught(() => {
    if (result?.status === 'rejected') throw result.reason;
  });
}
