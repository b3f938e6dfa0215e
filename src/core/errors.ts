/** Where in a file something was found; lines and columns count from 1. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
}

/** Bad input that the user can mend: exit 2. `expected` says what was looked for, `hint` how to mend it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly place: Place | undefined;
  readonly expected: string | undefined;
  readonly hint: string | undefined;

  constructor(
    message: string,
    detail: { place?: Place; expected?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.place = detail.place;
    this.expected = detail.expected;
    this.hint = detail.hint;
  }
}

/** A stage of the user's pipeline failed, timed out or broke its promise about outputs: exit 2. */
export class StageError extends Error {
  override readonly name = 'StageError';
  readonly stage: string;
  readonly hint: string | undefined;

  constructor(stage: string, message: string, hint?: string) {
    super(message);
    this.stage = stage;
    this.hint = hint;
  }
}

/** The other side failed (a server, a remote, a disk): exit 3, never a verdict on the model. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly retryable: boolean;
  readonly hint: string | undefined;

  constructor(message: string, detail: { retryable?: boolean; hint?: string; cause?: unknown } = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.retryable = detail.retryable ?? false;
    this.hint = detail.hint;
  }
}

/** The user or the runner asked to stop: exit 130. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** `file:line:column`, as editors and terminals make clickable. */
export function formatPlace(place: Place): string {
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}
