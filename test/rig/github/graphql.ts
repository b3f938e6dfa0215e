import {
  type DocumentNode,
  execute,
  type GraphQLError,
  GraphQLError as GraphQLFailure,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import type { Call } from './call.ts';
import { commentMutations } from './graphql-comments.ts';
import { commitMutations } from './graphql-commit.ts';
import { issueMutations } from './graphql-issues.ts';
import { rootQueries } from './graphql-query.ts';
import { refMutations } from './graphql-refs.ts';
import { githubSchema } from './graphql-schema.ts';
import { Refusal } from './refusals.ts';

export interface GraphqlAnswer {
  data?: unknown;
  errors?: Record<string, unknown>[];
}

/** What resolvers see; `failures` takes what this server was asked and cannot imitate. */
export interface GraphqlContext extends Call {
  failures: string[];
}

/** Types GitHub gives errors by their place in its documentation of GraphQL errors. */
const typeOfStatus: Record<number, string> = { 403: 'FORBIDDEN', 404: 'NOT_FOUND', 422: 'UNPROCESSABLE' };

export function graphqlError(type: string, message: string): GraphQLFailure {
  return new GraphQLFailure(message, { extensions: { type } });
}

/** Name of a request for the log and for faults: `graphql/` and its first field; `graphql/unreadable` for no query. */
export function graphqlOperation(body: unknown): string {
  const document = documentOf((body as { query?: unknown } | undefined)?.query);
  const definition = document?.definitions.find((candidate) => candidate.kind === 'OperationDefinition');
  const first = definition?.selectionSet.selections.find((selection) => selection.kind === 'Field');
  return `graphql/${first?.kind === 'Field' ? first.name.value : 'unreadable'}`;
}

const documents = new Map<string, DocumentNode | null>();

/** The query as parsed, once for each text: clients ask the same again and again. */
function documentOf(query: unknown): DocumentNode | null {
  const text = String(query);
  const known = documents.get(text);
  if (known !== undefined) return known;
  const document = parsed(text);
  documents.set(text, document);
  return document;
}

function parsed(text: string): DocumentNode | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

const judged = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, readonly GraphQLError[]>>();

/** What is wrong with a query by the schema, found out once. */
function problemsOf(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const known = judged.get(schema) ?? new WeakMap();
  judged.set(schema, known);
  const problems = known.get(document) ?? validate(schema, document);
  known.set(document, problems);
  return problems;
}

/** Runs a query against GitHub's schema. Fields that are in the schema and not imitated are errors and failures. */
export async function answerGraphql(
  call: GraphqlContext,
  missing: readonly string[],
): Promise<GraphqlAnswer> {
  const { query, variables } = (call.body ?? {}) as { query?: string; variables?: Record<string, unknown> };
  const document = documentOf(query);
  if (!document)
    return { errors: [{ message: 'A query attribute must be specified and must be a string.' }] };
  const schema = githubSchema(missing);
  const invalid = problemsOf(schema, document);
  if (invalid.length > 0) return { errors: invalid.map(invalidShape) };
  const result = await execute({
    schema,
    document,
    rootValue: {
      ...rootQueries,
      ...commentMutations,
      ...issueMutations,
      ...commitMutations,
      ...refMutations,
    },
    contextValue: call,
    variableValues: variables ?? {},
    fieldResolver: resolveField,
  });
  const errors = result.errors?.map(errorShape);
  return { data: result.data, ...(errors ? { errors } : {}) };
}

const resolveField: GraphQLFieldResolver<Record<string, unknown>, GraphqlContext> = (
  source,
  args,
  context,
  info,
) => {
  const value = source[info.fieldName];
  if (value === undefined) {
    context.failures.push(`GraphQL field ${info.parentType.name}.${info.fieldName} is not imitated`);
    throw new Error(`${info.parentType.name}.${info.fieldName} is not imitated`);
  }
  try {
    return typeof value === 'function' ? value.call(source, args, context, info) : value;
  } catch (error) {
    if (error instanceof Refusal)
      throw graphqlError(typeOfStatus[error.status] ?? 'UNPROCESSABLE', error.message);
    if (!(error instanceof GraphQLFailure)) context.failures.push(String((error as Error).stack));
    throw error;
  }
};

function errorShape(error: GraphQLError): Record<string, unknown> {
  const { message, path, locations, extensions } = error;
  const type = extensions['type'];
  return { ...(type === undefined ? {} : { type }), path, locations, message };
}

/** GitHub words unknown fields in its own way, and clients look for that. */
function invalidShape(error: GraphQLError): Record<string, unknown> {
  const unknown = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message);
  if (!unknown) return { message: error.message, locations: error.locations };
  const [, fieldName, typeName] = unknown;
  const extensions = { code: 'undefinedField', typeName, fieldName };
  const message = `Field '${fieldName}' doesn't exist on type '${typeName}'`;
  return { path: ['query', fieldName], extensions, locations: error.locations, message };
}
