import type { ValidateFunction } from 'ajv';
import { type Locate, type Problem, refuse, step } from './problems.ts';
import { asksForKeys, isTypeMismatch, type SchemaError, sentenceOf } from './sentences.ts';

/**
 * Validates the section of a plug-in and throws one ConfigError with all its problems, each with line and column.
 * `validate` is a generated validator, `locate` finds a pointer within the section.
 */
export function checkPipeline(validate: ValidateFunction, pipeline: unknown, locate: Locate): void {
  refuse(pipelineProblems(validate, pipeline, locate));
}

/** The problems of a plug-in's section; empty when it is valid. */
export function pipelineProblems(validate: ValidateFunction, pipeline: unknown, locate: Locate): Problem[] {
  return schemaProblems(validate, pipeline === undefined ? null : pipeline, locate, 'pipeline');
}

/**
 * What a generated validator finds wrong with `value`, as sentences for a person. Alternatives in a schema must
 * differ in their JSON type: only the complaints of the alternative that was meant remain.
 */
export function schemaProblems(
  validate: ValidateFunction,
  value: unknown,
  locate: Locate,
  root: string | null,
): Problem[] {
  if (validate(value)) return [];
  const errors = (validate.errors ?? []) as SchemaError[];
  const problems = withoutNoise(errors).map((error) => ({
    place: placeOf(error, locate),
    ...sentenceOf(error, value, root),
  }));
  const seen = new Set<string>();
  return problems.filter(({ place, message }) => {
    const key = `${place.line}:${place.column}:${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

function withoutNoise(errors: readonly SchemaError[]): SchemaError[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf');
  const kept = errors.filter((error) => {
    if (error.keyword === 'if' || error.keyword === 'propertyNames') return false;
    if (isTypeMismatch(error) && error.keyword !== 'type') return false;
    return !choices.some((choice) => error !== choice && isNoiseOf(choice, error));
  });
  return kept.filter((error) => error.keyword !== 'anyOf' || !kept.some((other) => isWithin(error, other)));
}

/** An alternative that was not meant: another type, or `required` where one key of several is asked for. */
function isNoiseOf(choice: SchemaError, error: SchemaError): boolean {
  if (error.instancePath !== choice.instancePath || error.propertyName !== undefined) return false;
  if (asksForKeys(choice)) return error.keyword === 'required' && error.schemaPath.includes('/anyOf/');
  return isTypeMismatch(error);
}

/** A remaining complaint of the alternative that was meant makes the choice's own superfluous. */
function isWithin(choice: SchemaError, other: SchemaError): boolean {
  if (other === choice || asksForKeys(choice)) return false;
  return (
    other.instancePath === choice.instancePath || other.instancePath.startsWith(`${choice.instancePath}/`)
  );
}

function placeOf(error: SchemaError, locate: Locate): Problem['place'] {
  if (error.propertyName !== undefined) return locate(step(error.instancePath, error.propertyName), 'key');
  if (error.keyword === 'additionalProperties') {
    return locate(step(error.instancePath, String(error.params['additionalProperty'])), 'key');
  }
  return locate(error.instancePath);
}
