/**
 * Everything that can be wrong without running the product: generated files, types, lint, the links of the
 * documentation, and dist/ against a fresh build. All problems are listed; exit 1 when there is one.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle, compile } from './build.mjs';
import { brokenLinks, markdownFiles } from './links.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const shownLines = 200;

/** Each check gives the problems it found, as lines; none is good. */
const checks = {
  generated: () => tool('scripts/generate.mjs', ['--check']),
  types: () => tool('node_modules/typescript/bin/tsc', []),
  lint: () =>
    tool('node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '--colors=off', '.']),
  links: async () => brokenLinks(root, markdownFiles(root)),
  dist: staleDist,
};

/** Runs a script with this Node; its output is the problem when it fails. */
function tool(script, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) =>
      resolve(code === 0 ? [] : Buffer.concat(output).toString().trimEnd().split('\n')),
    );
  });
}

/** Compiled into build/ as `npm run build` does: the numbers of the chunks come from the paths of the modules. */
async function staleDist() {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-check-'));
  try {
    compile();
    bundle(folder);
    const problems = differences(folder, join(root, 'dist'));
    return problems.length === 0 ? [] : [...problems, 'Run "npm run build" and commit dist/.'];
  } catch (error) {
    return error.message.split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Files that differ between a fresh build and the committed one. */
export function differences(fresh, committed) {
  if (!existsSync(committed)) return [`${committed} is missing`];
  const names = [...new Set([...readdirSync(fresh), ...readdirSync(committed)])].sort();
  return names.flatMap((name) => {
    const [now, then] = [join(fresh, name), join(committed, name)];
    if (!existsSync(now)) return [`dist/${name}: a fresh build has no such file`];
    if (!existsSync(then)) return [`dist/${name}: missing`];
    return readFileSync(now).equals(readFileSync(then)) ? [] : [`dist/${name}: differs from a fresh build`];
  });
}

async function main() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !Object.hasOwn(checks, name));
  if (unknown.length > 0) {
    console.error(`No check is called ${unknown.join(', ')}. There are: ${Object.keys(checks).join(', ')}.`);
    process.exit(2);
  }
  const names = wanted.length > 0 ? wanted : Object.keys(checks);
  const results = await Promise.all(names.map(async (name) => [name, await checks[name]()]));
  for (const [name, problems] of results) {
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const line of problems.slice(0, shownLines)) console.log(`     ${line}`);
    if (problems.length > shownLines) console.log(`     … and ${problems.length - shownLines} more lines`);
  }
  process.exit(results.some(([, problems]) => problems.length > 0) ? 1 : 0);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
