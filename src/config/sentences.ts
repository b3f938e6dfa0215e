import type { ErrorObject } from 'ajv';
import { nearest } from '../core/nearest.ts';
import { type Problem, quoted, steps } from './problems.ts';

/** A schema error with what ajv's `verbose` adds. */
export interface SchemaError extends ErrorObject {
  parentSchema: Record<string, unknown>;
}

type Detail = Omit<Problem, 'place'>;

/** A choice of which key must be there, not of what the value is. */
export function asksForKeys({ parentSchema }: SchemaError): boolean {
  return (
    Array.isArray(parentSchema['anyOf']) && parentSchema['anyOf'].every((branch) => 'required' in branch)
  );
}

/** The value is not of the JSON type that the complaining schema is about. */
export function isTypeMismatch({ parentSchema, data }: SchemaError): boolean {
  const declared = parentSchema['type'];
  if (declared === undefined) return false;
  return ![declared].flat().some((type) => isOfType(data, type));
}

function isOfType(data: unknown, type: unknown): boolean {
  if (type === 'null') return data === null;
  if (type === 'array') return Array.isArray(data);
  if (type === 'object') return typeof data === 'object' && data !== null && !Array.isArray(data);
  if (type === 'integer') return Number.isInteger(data);
  if (type === 'number') return Number.isFinite(data);
  return typeof data === type;
}

/**
 * What a schema error says to a person: what is wrong, what the schema's description expects, how to mend it.
 * `whole` is what was validated, `root` its name; `null` is the file.
 */
export function sentenceOf(error: SchemaError, whole: unknown, root: string | null): Detail {
  const { message, ...rest } = detailOf(error, subjectOf(error.instancePath, whole, root));
  return { message: message.charAt(0).toUpperCase() + message.slice(1), ...rest };
}

function detailOf(error: SchemaError, subject: string): Detail {
  if (error.propertyName !== undefined) {
    return {
      message: `${quoted(error.propertyName)} cannot be a name in ${subject}.`,
      ...expectation(error),
    };
  }
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error, subject);
    case 'required':
      return missingKey(error, subject);
    case 'anyOf':
      if (asksForKeys(error)) return missingOneOf(error, subject);
      return wrongValue(error, subject);
    case 'uniqueItems': {
      const twice = (error.data as unknown[])[Number(error.params['i'])];
      return { message: `${subject} lists ${describe(twice)} twice.`, hint: 'Remove one of the two.' };
    }
    case 'minProperties':
    case 'minLength':
      return { message: `${subject} is empty.`, ...expectation(error) };
    case 'maxLength':
      return {
        message: `${subject} is longer than ${error.params['limit']} characters.`,
        ...expectation(error),
      };
    default:
      return wrongValue(error, subject);
  }
}

/** `"timeout" of "train"`, `entry 2 of "gate"`: the last two steps say enough beside a line number. */
function subjectOf(pointer: string, whole: unknown, root: string | null): string {
  const names: string[] = root === null ? [] : [quoted(root)];
  let value = whole;
  for (const key of steps(pointer)) {
    names.push(Array.isArray(value) ? `entry ${Number(key) + 1}` : quoted(key));
    value = (value as Record<string, unknown>)[key];
  }
  return names.slice(-2).reverse().join(' of ') || 'the file';
}

function expectation({ parentSchema }: SchemaError): { expected?: string } {
  const description = parentSchema['description'];
  return typeof description === 'string' ? { expected: description } : {};
}

function unknownKey(error: SchemaError, subject: string): Detail {
  const key = String(error.params['additionalProperty']);
  const known = Object.keys(error.parentSchema['properties'] ?? {}).filter((name) => name !== '$schema');
  const guess = nearest(key, known);
  const merge =
    key === '<<' ? 'Merge keys are not part of YAML 1.2: write the keys out, or alias whole values.' : null;
  const hint = merge ?? (guess === null ? null : `Did you mean ${quoted(guess)}?`);
  return {
    message: `Unknown key ${quoted(key)} in ${subject}.`,
    expected: `one of ${known.join(', ')}`,
    ...(hint !== null && { hint }),
  };
}

function missingKey(error: SchemaError, subject: string): Detail {
  const key = String(error.params['missingProperty']);
  const property = (
    error.parentSchema['properties'] as Record<string, { description?: string }> | undefined
  )?.[key];
  const description = property?.description;
  return {
    message: `${subject} has no ${quoted(key)}.`,
    ...(description !== undefined && { expected: description }),
    hint: `Add "${key}: …".`,
  };
}

function missingOneOf(error: SchemaError, subject: string): Detail {
  const branches = error.parentSchema['anyOf'] as { required: string[] }[];
  const keys = branches.flatMap((branch) => branch.required);
  return { message: `${subject} asks for nothing.`, expected: `at least one of ${keys.join(', ')}` };
}

function wrongValue(error: SchemaError, subject: string): Detail {
  const { data } = error;
  const hint = hintFor(error);
  return {
    message: data === null ? `${subject} has no value.` : `${subject} cannot be ${describe(data)}.`,
    ...expectation(error),
    ...(hint !== null && { hint }),
  };
}

function describe(data: unknown): string {
  if (data === null) return 'empty';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a map';
  return typeof data === 'string' ? `the text ${quoted(data)}` : String(data);
}

function hintFor({ parentSchema, data }: SchemaError): string | null {
  const types = [parentSchema['type']].flat();
  const wants = (type: string) => types.includes(type);
  if (typeof data === 'string') return hintForText(data, wants, parentSchema['enum']);
  if (
    (typeof data === 'number' || typeof data === 'boolean') &&
    wants('string') &&
    !types.includes('number')
  ) {
    return `Put it in quotes: "${data}".`;
  }
  return null;
}

function hintForText(text: string, wants: (type: string) => boolean, allowed: unknown): string | null {
  if (Array.isArray(allowed)) {
    const guess = nearest(
      text,
      allowed.filter((value) => typeof value === 'string'),
    );
    return guess === null ? null : `Did you mean ${quoted(guess)}?`;
  }
  if (wants('array')) return `Write it as a list: [${text.slice(0, 80)}].`;
  if (wants('boolean') && /^(yes|no|on|off|y|n)$/i.test(text))
    return 'YAML 1.2 reads it as text: write true or false.';
  const number = wants('number') || wants('integer');
  if (number && text.trim() !== '' && Number.isFinite(Number(text))) return 'Remove the quotes.';
  const percent = /^([+-]?[\d.]+) ?%$/.exec(text);
  if (number && percent && !wants('string')) return `Write a number: ${Number(percent[1]) / 100}.`;
  return null;
}
