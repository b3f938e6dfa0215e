/**
 * src/ → build/ (tsc) → dist/ (ncc: one entry, lazy chunks). `--out DIR` bundles into another folder.
 * The bytes depend on the sources and the lock file alone, so that dist/ can be compared with a fresh build.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { minifySync } from '@swc/core';
import { compiledAtOnce } from './compiled-at-once.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const build = join(root, 'build');

/** Compiles src/ into build/, anew; throws with the compiler's messages. */
export function compile() {
  rmSync(build, { recursive: true, force: true });
  runTool('typescript/package.json', 'tsc', ['-p', 'tsconfig.build.json']);
  mkdirSync(join(build, 'schema'), { recursive: true });
  const schemas = join(root, 'src/schema');
  for (const name of readdirSync(schemas).filter((file) => file.endsWith('.js'))) {
    copyFileSync(join(schemas, name), join(build, 'schema', name));
  }
  declarePure('@actions/core');
}

/**
 * Puts a copy of a package that says it has no side effects where build/ finds it first. Only of packages that say so
 * does the bundler leave out what nobody calls: of @actions/core that is the OIDC client with 485 kB of undici, which
 * cost each action 40 ms to load.
 */
function declarePure(name) {
  const copy = join(build, 'node_modules', name);
  cpSync(join(root, 'node_modules', name), copy, { recursive: true, dereference: true });
  const manifest = join(copy, 'package.json');
  writeFileSync(
    manifest,
    JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), sideEffects: false }),
  );
}

/** Bundles build/index.js into `out`; whatever was there before is gone, stale chunks included. */
export function bundle(out) {
  const before = existsSync(out) ? readdirSync(out) : [];
  if (before.length > 0 && !before.includes('licenses.txt'))
    throw new Error(`${out} holds something else than a bundle.`);
  rmSync(out, { recursive: true, force: true });
  runTool('@vercel/ncc/package.json', 'ncc', [
    'build',
    join(build, 'index.js'),
    '-o',
    out,
    '-m',
    '-q',
    '--license',
    'licenses.txt',
  ]);
  for (const name of readdirSync(out)) {
    if (name.endsWith('.index.js')) minify(join(out, name));
    endWithNewline(join(out, name));
  }
}

/** ncc shrinks its entry only; what is parsed at each start is mostly chunks. */
function minify(path) {
  const { code } = minifySync(readFileSync(path, 'utf8'), {
    module: true,
    compress: true,
    mangle: { keep_fnames: true, keep_classnames: true },
    format: { comments: false },
  });
  writeFileSync(path, compiledAtOnce(code));
}

/** Runs a package's command with this Node; its output is shown only when it fails. */
function runTool(manifest, command, args) {
  const require = createRequire(import.meta.url);
  const path = require.resolve(manifest);
  const { bin } = JSON.parse(readFileSync(path, 'utf8'));
  const script = join(path, '..', typeof bin === 'string' ? bin : bin[command]);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`.trimEnd());
}

/** Git's own checks and most editors want one; ncc leaves it out. */
function endWithNewline(path) {
  const text = readFileSync(path, 'utf8');
  if (!text.endsWith('\n')) writeFileSync(path, `${text}\n`);
}

function main() {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  const started = performance.now();
  const out = resolve(values.out ?? join(root, 'dist'));
  try {
    compile();
    bundle(out);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  const bytes = readdirSync(out).reduce((sum, name) => sum + readFileSync(join(out, name)).length, 0);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${out}: ${readdirSync(out).length} files, ${(bytes / 1000).toFixed(0)} kB, built in ${seconds.toFixed(1)} s`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
