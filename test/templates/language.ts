import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from '@actions/languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { repositoryRoot } from '../rig/build.ts';
import { textOf } from './files.ts';
import { knownActions } from './known-actions.ts';

const ours = 'trainyard/trainyard';

interface Reference {
  owner: string;
  name: string;
  path?: string;
}

interface Metadata {
  name: string;
  description: string;
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs?: Record<string, { description: string }>;
}

/** What GitHub's own language service finds wrong with a workflow or an action; `<line>: <message>` each. */
export async function problemsOf(path: string, text: string): Promise<string[]> {
  // The service keeps results by address.
  const document = TextDocument.create(`file:///${++counter}/${path}`, 'yaml', 1, text);
  const found = await validate(document, {
    actionsMetadataProvider: { fetchActionMetadata: async (reference) => metadataOf(reference) },
    fileProvider: { getFileContent: async (reference) => fileOf(reference) },
  });
  return found.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
}

let counter = 0;

function metadataOf({ owner, name, path = '' }: Reference): Metadata | undefined {
  if (`${owner}/${name}` === ours) {
    const file = join(path, 'action.yml');
    return existsSync(join(repositoryRoot, file)) ? (parse(textOf(file)) as Metadata) : undefined;
  }
  const known = knownActions[`${owner}/${name}`];
  if (!known) return undefined;
  const inputs = known.inputs.map((input) => {
    const required = known.required?.includes(input) ?? false;
    return [input, { description: input, required }] as const;
  });
  return { name, description: name, inputs: Object.fromEntries(inputs) };
}

function fileOf(reference: { path: string; repository?: string; owner?: string }): {
  name: string;
  content: string;
} {
  const { path, owner, repository } = reference;
  if (owner !== undefined && `${owner}/${repository}` !== ours)
    throw new Error(`${owner}/${repository} is not known here`);
  return { name: path, content: textOf(path) };
}
