import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';

const addFormats = addFormatsModule as unknown as (ajv: Ajv, formats: string[]) => void;

type Schema = {
  required?: string[];
  properties?: Record<string, { format?: string }>;
  [key: string]: unknown;
};

export interface Operation {
  method: string;
  path: string;
  parameters: Schema;
  query: Schema;
  body?: Schema;
  bodyRequired?: boolean;
  responses: Record<string, Schema | null>;
}

interface Cut {
  version: string;
  operations: Record<string, Operation>;
  schemas: Record<string, Schema>;
}

export interface Match {
  id: string;
  operation: Operation;
  parameters: Record<string, unknown>;
}

const file = fileURLToPath(new URL('./openapi.json', import.meta.url));

/** GitHub's own description, cut to the operations this server knows (scripts/cut-openapi.mjs). */
export const spec = JSON.parse(readFileSync(file, 'utf8')) as Cut;

/** `created` takes ranges (`>=2026-01-01`), although the description calls it a date-time. */
for (const { query } of Object.values(spec.operations)) delete query.properties?.['created']?.format;

const settings = { strict: false, allErrors: true, validateFormats: true, formats: { int64: true } } as const;
const loose = new Ajv({ ...settings, coerceTypes: true });
const exact = new Ajv(settings);
for (const ajv of [loose, exact]) {
  addFormats(ajv, ['date-time', 'uri', 'email', 'int64']);
  const uri = ajv.formats['uri'] as { validate?: RegExp } | RegExp | ((text: string) => boolean);
  const test = typeof uri === 'function' ? uri : (text: string) => URL.canParse(text);
  ajv.addFormat('repo.nwo', /^[\w.-]+\/[\w.-]+$/);
  // Every number of ours is one.
  for (const format of ['int32', 'int64', 'double'])
    ajv.addFormat(format, { type: 'number', validate: () => true });
  // GitHub fills links it does not have with an empty text.
  ajv.addFormat('uri', (text: string) => text === '' || test(text));
  ajv.addSchema({ $id: 'github', schemas: spec.schemas });
}

const validators = new Map<string, ValidateFunction>();
const nested = new Set(['ref', 'path', 'branch', 'basehead', 'tag', 'name']);
const routes = Object.entries(spec.operations)
  .map(([id, operation]) => ({ id, operation, ...patternOf(operation.path) }))
  .sort((a, b) => b.literals - a.literals);

function patternOf(path: string) {
  const names: string[] = [];
  const parts = path.split('/').map((part) => {
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined) return part.replace(/[.]/g, '\\.');
    names.push(name);
    if (name === 'path') return '(.*)';
    return nested.has(name) ? '(.+)' : '([^/]+)';
  });
  const literals = path.split('/').filter((part) => !part.startsWith('{')).length;
  return { pattern: new RegExp(`^${parts.join('/')}$`), names, literals };
}

/** The operation a request asks for; `null` when the cut has none. Parameters are decoded, not yet checked. */
export function findOperation(method: string, path: string): Match | null {
  for (const { id, operation, pattern, names } of routes) {
    const match = operation.method === method ? pattern.exec(path) : null;
    if (!match) continue;
    const values = names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? '')]);
    return { id, operation, parameters: Object.fromEntries(values) };
  }
  return null;
}

/** What is wrong with a value by this part of an operation; numbers in paths and queries are turned into numbers. */
export function problemsOf(id: string, part: 'parameters' | 'query' | 'body', value: unknown): ErrorObject[] {
  const schema = spec.operations[id]?.[part];
  return schema ? run(`${id} ${part}`, schema, value, part === 'body' ? exact : loose) : [];
}

/** What is wrong with an answer of ours; a sentence, or `null`. */
export function answerProblem(id: string, status: number, body: unknown): string | null {
  const schema = spec.operations[id]?.responses[String(status)];
  if (schema === undefined) return errorStatuses.has(status) ? null : `${id} has no answer ${status}`;
  if (schema === null) return null;
  const problems = run(`${id} ${status}`, schema, body, exact);
  return problems.length === 0 ? null : `${id} answered ${status} against its description: ${said(problems)}`;
}

/** Statuses that any operation may answer without its description saying so. */
const errorStatuses = new Set([401, 403, 404, 409, 410, 422, 429, 500, 502, 503]);

export function said(problems: readonly ErrorObject[]): string {
  return problems
    .slice(0, 5)
    .map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
    .join('; ');
}

function run(key: string, schema: Schema, value: unknown, ajv: Ajv): ErrorObject[] {
  let validate = validators.get(key);
  if (!validate) {
    const text = JSON.stringify(schema).replaceAll('"#/schemas/', '"github#/schemas/');
    validate = ajv.compile(JSON.parse(text) as object);
    validators.set(key, validate);
  }
  return validate(value) ? [] : [...(validate.errors ?? [])];
}

/** Fills the links that a schema requires and `known` does not give, below `base`. */
export function withLinks(
  schema: string,
  base: string,
  known: Record<string, unknown>,
): Record<string, unknown> {
  const links = (spec.schemas[schema]?.required ?? [])
    .filter((name) => name.endsWith('_url'))
    .map((name) => [name, `${base}/${name.replace(/_url$/, '')}`]);
  return { ...Object.fromEntries(links), ...known };
}
