import {
  CancelledError,
  ConfigError,
  formatPlace,
  type Place,
  StageError,
  UpstreamError,
} from '../../core/errors.ts';
import type { BundledFailure } from '../../schema/bundle.types.ts';

const longest = 10_000;

/** What kept a run from being made, as a bundle holds it; `null` for a bug, which nothing explains. */
export function failureOf(error: unknown): BundledFailure | null {
  if (error instanceof ConfigError) return { kind: 'config', ...placeOf(error.place), ...saidBy(error) };
  if (error instanceof StageError)
    return { kind: 'stage', stage: error.stage.slice(0, 200), ...saidBy(error) };
  if (error instanceof UpstreamError) return { kind: 'upstream', ...saidBy(error) };
  if (error instanceof CancelledError) return { kind: 'cancelled', ...saidBy(error) };
  return null;
}

/** The error again, in the job that judges. */
export function errorOf(failure: BundledFailure): Error {
  const { kind, message, stage, file, line, column, expected, hint } = failure;
  const remedy = hint !== undefined && { hint };
  if (kind === 'cancelled') return new CancelledError(message);
  if (kind === 'upstream') return new UpstreamError(message, { ...remedy });
  if (kind === 'stage') return new StageError(stage ?? 'train', message, hint);
  const at = { ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
  const place: Place | null = file === undefined ? null : { file, ...at };
  return new ConfigError(message, {
    ...(place && { place }),
    ...(expected !== undefined && { expected }),
    ...remedy,
  });
}

/** A failure in one line, for a log. */
export function failureLine(failure: BundledFailure): string {
  const { file, line, message, hint } = failure;
  const at = file === undefined ? '' : `${formatPlace({ file, ...(line !== undefined && { line }) })}: `;
  return `${at}${message}${hint === undefined || message.includes(hint) ? '' : ` ${hint}`}`;
}

function placeOf(place: Place | undefined): Pick<BundledFailure, 'file' | 'line' | 'column'> {
  if (place === undefined) return {};
  const { file, line, column } = place;
  return {
    file: file.slice(0, 4096),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  };
}

function saidBy(error: { message: string; expected?: string | undefined; hint?: string | undefined }) {
  const { message, expected, hint } = error;
  return {
    message: message.slice(0, longest),
    ...(expected !== undefined && { expected: expected.slice(0, longest) }),
    ...(hint !== undefined && { hint: hint.slice(0, longest) }),
  };
}
