import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildASTSchema, type DefinitionNode, type DocumentNode, type GraphQLSchema, parse } from 'graphql';

let document: DocumentNode | undefined;
const built = new Map<string, GraphQLSchema>();

/** GitHub's schema (@octokit/graphql-schema) without the fields named `Type.field`, as an older server has it. */
export function githubSchema(missing: readonly string[]): GraphQLSchema {
  const key = [...missing].sort().join(' ');
  const known = built.get(key);
  if (known) return known;
  document ??= parse(readFileSync(schemaFile(), 'utf8'), { noLocation: true });
  const definitions = document.definitions.map((definition) => withoutFields(definition, missing));
  const schema = buildASTSchema({ ...document, definitions }, { assumeValidSDL: true, assumeValid: true });
  built.set(key, schema);
  return schema;
}

/** The package exports no path to its schema file, so it is looked for above this one, compiled or not. */
function schemaFile(): string {
  const name = 'node_modules/@octokit/graphql-schema/schema.graphql';
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const file = fileURLToPath(new URL(name, folder));
    if (existsSync(file)) return file;
    if (folder.pathname === '/') throw new Error(`${name} is in no folder above`);
  }
}

function withoutFields(definition: DefinitionNode, missing: readonly string[]): DefinitionNode {
  if (definition.kind !== 'ObjectTypeDefinition' && definition.kind !== 'InterfaceTypeDefinition')
    return definition;
  const type = definition.name.value;
  if (!missing.some((name) => name.startsWith(`${type}.`))) return definition;
  const fields = (definition.fields ?? []).filter(({ name }) => !missing.includes(`${type}.${name.value}`));
  return { ...definition, fields };
}
