import { appendFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
const module = join(process.env.TRAINYARD_RIG_ROOT, 'node_modules/@actions/artifact/lib/artifact.js');
const { DefaultArtifactClient } = await import(pathToFileURL(module).href);

const client = new DefaultArtifactClient();
const [repositoryOwner, repositoryName] = input('repository').split('/');
const token = input('github-token');
const findBy = { token, workflowRunId: Number(input('run-id')), repositoryOwner, repositoryName };
const options = token === '' ? {} : { findBy };
const path = resolve(process.env.GITHUB_WORKSPACE, input('path'));
const name = input('name');
const artifacts =
  name === ''
    ? (await client.listArtifacts({ ...options, latest: true })).artifacts
    : [(await client.getArtifact(name, options)).artifact];
for (const artifact of artifacts) {
  const into = name === '' ? join(path, artifact.name) : path;
  await client.downloadArtifact(artifact.id, { ...options, path: into, expectedHash: artifact.digest });
}
appendFileSync(process.env.GITHUB_OUTPUT, `download-path=${path}\n`);
