import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
const module = join(process.env.TRAINYARD_RIG_ROOT, 'node_modules/@actions/artifact/lib/artifact.js');
const { DefaultArtifactClient } = await import(pathToFileURL(module).href);

/** Files below a path, hidden ones only when asked for. */
function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) =>
    name.startsWith('.') && input('include-hidden-files') !== 'true' ? [] : filesBelow(join(path, name)),
  );
}

/** Deepest folder that holds all of these. */
function commonFolder(paths) {
  const [first = [], ...others] = paths.map((path) => path.split(sep));
  const length = first.findIndex((part, at) => others.some((parts) => parts[at] !== part));
  return first.slice(0, length < 0 ? first.length : length).join(sep) || sep;
}

const paths = input('path')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');
if (paths.some((path) => /[*?[\]!]/.test(path)))
  throw new Error('the stand-in of actions/upload-artifact knows no patterns');
const found = paths.map((path) => resolve(path)).filter((path) => statSync(path, { throwIfNoEntry: false }));
const files = found.flatMap(filesBelow);
if (files.length === 0) {
  const level = input('if-no-files-found') === 'error' ? 'error' : 'warning';
  const message = `No files were found with the provided path: ${paths.join(', ')}. No artifacts will be uploaded.`;
  process.stdout.write(`::${level}::${message}\n`);
  if (input('if-no-files-found') === 'error') process.exitCode = 1;
} else {
  const client = new DefaultArtifactClient();
  const folders = found.map((path) => (statSync(path).isDirectory() ? path : dirname(path)));
  if (input('overwrite') === 'true') await client.deleteArtifact(input('name')).catch(() => {});
  const { id, digest } = await client.uploadArtifact(input('name'), files, commonFolder(folders), {
    retentionDays: Number(input('retention-days')) || undefined,
    compressionLevel: Number(input('compression-level')),
  });
  appendFileSync(process.env.GITHUB_OUTPUT, `artifact-id=${id}\nartifact-digest=${digest}\n`);
}
