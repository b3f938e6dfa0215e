/**
 * Cuts the operations that the product uses out of GitHub's OpenAPI description, for the fake GitHub of the tests.
 * Run by hand: the package is 400 MB installed, so it is fetched into a temporary folder and never a dependency.
 *
 *   npm install --no-save --ignore-scripts --prefix <temporary folder> @octokit/openapi@23.0.2
 *   node scripts/cut-openapi.mjs <temporary folder>/node_modules/@octokit/openapi
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'test/rig/github/openapi.json');
const maximumBytes = 250_000;

const wanted = {
  actions:
    'cancel-workflow-run download-artifact get-artifact get-workflow-run list-artifacts-for-repo list-jobs-for-workflow-run list-workflow-run-artifacts list-workflow-runs list-workflow-runs-for-repo re-run-workflow set-private-repo-fork-pr-workflows-settings-repository',
  checks: 'create get list-annotations list-for-ref update',
  git: 'create-blob create-commit create-ref create-tag create-tree delete-ref get-blob get-commit get-ref get-tag get-tree list-matching-refs update-ref',
  issues:
    'add-labels create-comment delete-comment get get-comment list-comments list-labels-on-issue remove-label update-comment',
  meta: 'get',
  pulls: 'create get list list-files merge',
  'rate-limit': 'get',
  repos:
    'accept-invitation-for-authenticated-user add-collaborator compare-commits-with-basehead create-attestation create-deployment create-deployment-status create-for-authenticated-user create-fork create-release delete delete-release delete-release-asset get get-branch get-collaborator-permission-level get-commit get-content get-deployment get-deployment-status get-release get-release-asset get-release-by-tag list-commits list-deployment-statuses list-deployments list-pull-requests-associated-with-commit list-release-assets list-releases list-tags update-release upload-release-asset',
  users: 'get-authenticated',
};
const wantedIds = Object.entries(wanted).flatMap(([tag, names]) =>
  names.split(' ').map((name) => `${tag}/${name}`),
);

const proseKeys = new Set(['description', 'title', 'example', 'examples', 'externalDocs', 'deprecated']);
const mapKeys = new Set(['properties', 'patternProperties']);

/** A schema without prose, references pointing into the cut, `nullable` written as JSON Schema has it. */
export function slimSchema(schema) {
  if (Array.isArray(schema)) return schema.map(slimSchema);
  if (schema === null || typeof schema !== 'object') return schema;
  const kept = Object.entries(schema).filter(
    ([key]) => !(proseKeys.has(key) || key.startsWith('x-') || key === 'nullable'),
  );
  const slim = Object.fromEntries(kept.map(([key, value]) => [key, slimValue(key, value)]));
  return schema.nullable === true ? orNull(slim) : slim;
}

function slimValue(key, value) {
  if (key === '$ref') return value.replace('#/components/schemas/', '#/schemas/');
  if (key === 'enum' || key === 'default' || key === 'required') return value;
  if (!mapKeys.has(key)) return slimSchema(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, slimSchema(inner)]));
}

function orNull(schema) {
  if (typeof schema.type !== 'string' || 'anyOf' in schema || 'oneOf' in schema || 'allOf' in schema)
    return { anyOf: [schema, { type: 'null' }] };
  const slim = { ...schema, type: [schema.type, 'null'] };
  if (slim.enum && !slim.enum.includes(null)) slim.enum = [...slim.enum, null];
  return slim;
}

/** Parameters of one place (`path`, `query`) as the schema of one object. */
function parametersIn(place, parameters) {
  const here = parameters.filter((parameter) => parameter.in === place);
  const required = here.filter((parameter) => parameter.required).map((parameter) => parameter.name);
  const properties = Object.fromEntries(here.map(({ name, schema }) => [name, slimSchema(schema)]));
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

function cutOperation(spec, path, method) {
  const { parameters = [], requestBody, responses } = spec.paths[path][method];
  const all = parameters.map((parameter) => resolve(spec, parameter));
  const body = requestBody?.content['application/json']?.schema;
  return {
    method: method.toUpperCase(),
    path,
    parameters: parametersIn('path', all),
    query: parametersIn('query', all),
    ...(body ? { body: slimSchema(body), bodyRequired: requestBody.required === true } : {}),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [status, contentOf(resolve(spec, response))]),
    ),
  };
}

/** Schema of a JSON answer; null where the answer carries none. */
function contentOf(response) {
  const schema = response.content?.['application/json']?.schema;
  return schema ? slimSchema(schema) : null;
}

function resolve(spec, value) {
  if (!value.$ref) return value;
  return value.$ref
    .slice(2)
    .split('/')
    .reduce((inner, key) => inner[key], spec);
}

/** Names of the schemas that these values refer to, directly or through others. */
function referred(spec, values) {
  const names = new Set();
  const queue = [JSON.stringify(values)];
  for (let text = queue.pop(); text !== undefined; text = queue.pop()) {
    for (const [, name] of text.matchAll(/"#\/schemas\/([^"]+)"/g)) {
      if (names.has(name)) continue;
      names.add(name);
      queue.push(JSON.stringify(slimSchema(spec.components.schemas[name])));
    }
  }
  return [...names].sort();
}

/** The cut of a whole description. Throws when an operation is not in it. */
export function cut(spec, ids = wantedIds) {
  const found = new Map();
  for (const [path, methods] of Object.entries(spec.paths))
    for (const method of Object.keys(methods)) found.set(methods[method].operationId, { path, method });
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) throw new Error(`The description has no operation ${missing.join(', ')}.`);
  const operations = Object.fromEntries(
    ids.map((id) => [id, cutOperation(spec, found.get(id).path, found.get(id).method)]),
  );
  const schemas = Object.fromEntries(
    referred(spec, operations).map((name) => [name, slimSchema(spec.components.schemas[name])]),
  );
  return { version: spec.info.version, operations, schemas };
}

function main(folder) {
  if (!folder) throw new Error('Give the folder of the installed package @octokit/openapi.');
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const spec = JSON.parse(readFileSync(join(folder, 'generated/api.github.com.json'), 'utf8'));
  const source = `${name} ${version} (${license}), generated/api.github.com.json`;
  writeFileSync(target, JSON.stringify({ source, ...cut(spec) }));
  execFileSync(process.execPath, [
    join(root, 'node_modules/@biomejs/biome/bin/biome'),
    'format',
    '--write',
    target,
  ]);
  const bytes = statSync(target).size;
  if (bytes > maximumBytes) throw new Error(`The cut is ${bytes} bytes, more than ${maximumBytes}.`);
  console.log(`${target}: ${wantedIds.length} operations, ${bytes} bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv[2]);
