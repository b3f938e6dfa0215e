/** A Python environment of our own, with every package pinned by hash, under .cache/python. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';
const oldest = [3, 11];
const marker = 'complete.json';

/** Something is missing on this machine; the message ends with the remedy. */
export class SetupError extends Error {
  name = 'SetupError';
}

/**
 * Makes the environment `<name>-<digest of its requirements and of the Python version>`, or finds it.
 *
 * `requirements` is a file of wheels with hashes. `sources` is a file of source archives with hashes: they are
 * built with what the wheels brought, so that nothing unpinned is fetched, and without their dependencies.
 * `newest`, such as `[3, 12]`, is for packages that refuse a later Python.
 * A marker written last tells a whole environment from one that was interrupted; the latter is made anew.
 * @returns {Promise<{python: string, bin: string}>} the interpreter and the folder to put first on PATH
 */
export async function ensurePython({
  name,
  requirements,
  sources,
  newest,
  log = () => {},
  cache = join(root, '.cache/python'),
}) {
  const base = findPython(pythonCandidates(), newest);
  const files = sources === undefined ? [requirements] : [requirements, sources];
  const hash = createHash('sha256').update(`${base.version} ${base.platform}`);
  for (const file of files) hash.update(readFileSync(file));
  const folder = join(cache, `${name}-${hash.digest('hex').slice(0, 16)}`);
  const bin = join(folder, windows ? 'Scripts' : 'bin');
  const python = join(bin, windows ? 'python.exe' : 'python');
  if (existsSync(join(folder, marker)) && works(python)) return { python, bin };

  log(`Python ${base.version}: installing the packages of ${name}, pinned by hash …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const tool = findUv() ? withUv(base, folder, python) : withPip(base, folder, python);
  await tool.create();
  await tool.installWheels(requirements);
  if (sources !== undefined) await tool.installSources(sources);
  writeFileSync(join(folder, marker), `${JSON.stringify({ python: base.version })}\n`);
  removeOlder(cache, name, folder);
  return { python, bin };
}

/** The environment of a process that shall find this Python first. */
export function pathWith(bin, env = process.env) {
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...env, [key]: `${bin}${delimiter}${env[key] ?? ''}` };
}

/**
 * The first Python that is new enough: `python3`, then the versioned names, `python`, and the Windows launcher;
 * one after `newest` is passed over.
 * @returns {{command: string, args: string[], version: string, platform: string, ensurepip: boolean}}
 */
export function findPython(candidates = pythonCandidates(), newest = [oldest[0], Infinity]) {
  const seen = [];
  for (const [command, ...args] of candidates) {
    const found = inspect(command, args);
    if (found === null) continue;
    if (fits(found.version, newest)) return { command, args, ...found };
    seen.push(`${command} is ${found.version}`);
  }
  const upTo = newest[1] === Infinity ? 'or newer' : `to ${newest.join('.')}`;
  const wanted = `Python ${oldest.join('.')} ${upTo} is needed`;
  const how =
    'Install it (Debian and Ubuntu: apt-get install python3 python3-venv; macOS: brew install python; ' +
    'Windows: the installer of python.org) and see that python3 is on PATH.';
  throw new SetupError(
    `${wanted}${seen.length > 0 ? `, but ${seen.join(', ')}` : ' and none is on PATH'}. ${how}`,
  );
}

function pythonCandidates() {
  const versioned = ['3.14', '3.13', '3.12', '3.11'].map((version) => [`python${version}`]);
  return windows ? [['py', '-3'], ['python'], ['python3']] : [['python3'], ...versioned, ['python']];
}

function inspect(command, args) {
  const script =
    'import json,sys,sysconfig,importlib.util as u;' +
    'print(json.dumps(dict(version="%d.%d.%d"%sys.version_info[:3],platform=sysconfig.get_platform(),' +
    'ensurepip=u.find_spec("ensurepip") is not None)))';
  const { status, stdout } = spawnSync(command, [...args, '-c', script], { encoding: 'utf8' });
  if (status !== 0) return null;
  try {
    return JSON.parse(stdout);
  } catch {
    return null; // a Python 2, or a program of that name that is something else
  }
}

function fits(version, newest) {
  const [major, minor] = version.split('.').map(Number);
  return major === oldest[0] && minor >= oldest[1] && minor <= newest[1];
}

function works(python) {
  return spawnSync(python, ['-c', 'pass']).status === 0;
}

function findUv() {
  return spawnSync('uv', ['--version']).status === 0;
}

function withUv(base, folder, python) {
  const install = (...args) =>
    run('uv', ['pip', 'install', '--quiet', '--python', python, '--require-hashes', ...args]);
  return {
    create: () => run('uv', ['venv', '--quiet', '--python', executable(base), folder]),
    installWheels: (file) => install('--only-binary', ':all:', '-r', file),
    installSources: (file) => install('--no-deps', '--no-build-isolation', '-r', file),
  };
}

function withPip(base, folder, python) {
  if (!base.ensurepip) throw new SetupError(missingEnsurepip(base));
  const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check', 'install', '--require-hashes'];
  return {
    create: () => run(base.command, [...base.args, '-m', 'venv', folder]),
    installWheels: (file) => run(python, [...pip, '--only-binary', ':all:', '-r', file]),
    installSources: (file) => run(python, [...pip, '--no-deps', '--no-build-isolation', '-r', file]),
  };
}

/** The remedy where a distribution ships `venv` without pip's seed, as Debian and Ubuntu do. */
export function missingEnsurepip({ command, version }) {
  const short = version.split('.').slice(0, 2).join('.');
  return (
    `${command} is Python ${version}, but its module ensurepip is missing, so no environment can be made with it. ` +
    `On Debian and Ubuntu: apt-get install python${short}-venv. Or install uv, which needs no ensurepip: pipx install uv.`
  );
}

function executable(base) {
  const { stdout } = spawnSync(base.command, [...base.args, '-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  return stdout.trim();
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve();
      const text = Buffer.concat(output).toString().trim().split('\n').slice(-20).join('\n');
      reject(new SetupError(`${command} ${args.slice(0, 4).join(' ')} … ended with ${code}:\n${text}`));
    });
  });
}

/** Environments of earlier requirements are of no use to anyone. */
function removeOlder(cache, name, keep) {
  const digest = /^[0-9a-f]{16}$/;
  for (const entry of readdirSync(cache)) {
    const mine = entry.startsWith(`${name}-`) && digest.test(entry.slice(name.length + 1));
    if (mine && join(cache, entry) !== keep) rmSync(join(cache, entry), { recursive: true, force: true });
  }
}
