import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
const { GITHUB_WORKSPACE, GITHUB_SERVER_URL, GITHUB_SHA, GITHUB_REF, GITHUB_OUTPUT } = process.env;
const known = new Set(['repository', 'ref', 'token', 'path', 'fetch-depth', 'persist-credentials']);
for (const name of Object.keys(process.env).filter((key) => key.startsWith('INPUT_')))
  if (!known.has(name.slice('INPUT_'.length).toLowerCase()))
    throw new Error(`the stand-in of actions/checkout has no input for ${name}`);

const folder = resolve(GITHUB_WORKSPACE, input('path'));
const remotes = `url.file://${process.env.TRAINYARD_RIG_REMOTES}/.insteadOf`;
const git = (...args) =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const fetch = (...refspecs) => {
  const depth = Number(input('fetch-depth'));
  const how = depth > 0 ? [`--depth=${depth}`] : [];
  git(
    '-c',
    `${remotes}=${GITHUB_SERVER_URL}/`,
    'fetch',
    '--quiet',
    '--no-tags',
    ...how,
    'origin',
    ...refspecs,
  );
};

mkdirSync(folder, { recursive: true });
if (!existsSync(join(folder, '.git'))) {
  git('init', '--quiet', '--initial-branch=main', '.');
  git('remote', 'add', 'origin', `${GITHUB_SERVER_URL}/${input('repository')}`);
}
if (input('fetch-depth') === '0') fetch('+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*');

const isOwn = input('repository') === process.env.GITHUB_REPOSITORY;
const asked = input('ref') || (isOwn ? GITHUB_REF : '');
const isSha = /^[0-9a-f]{40}$/.test(asked);
const full = asked === '' || isSha || asked.startsWith('refs/') ? asked : `refs/heads/${asked}`;
const branch = full.startsWith('refs/heads/') ? full.slice('refs/heads/'.length) : null;
const local =
  branch === null ? full.replace(/^refs\/pull\//, 'refs/remotes/pull/') : `refs/remotes/origin/${branch}`;
// The job's own ref may have moved on since; its commit is what is built.
const source = isOwn && input('ref') === '' ? GITHUB_SHA : full || 'HEAD';
fetch(isSha || full === '' ? source : `+${source}:${local}`);
const start = isSha || full === '' ? 'FETCH_HEAD' : local;
if (branch === null) git('checkout', '--quiet', '--force', '--detach', start);
else git('checkout', '--quiet', '--force', '-B', branch, start);
if (input('persist-credentials') === 'true') git('config', remotes, `${GITHUB_SERVER_URL}/`);

appendFileSync(GITHUB_OUTPUT, `ref=${asked}\ncommit=${git('rev-parse', 'HEAD').trim()}\n`);
