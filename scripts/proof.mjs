/** `npm run proof -- [name …] [--quick]`: the long proofs in proof/, one file each; without a name, their list. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'proof');
const names = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.mjs'))
      .map((file) => file.slice(0, -'.mjs'.length))
      .sort()
  : [];

/** First line of the comment a proof starts with. */
function summary(name) {
  return (
    /\/\*\*\s*(?:\*\s*)?([^\n*]+)/.exec(readFileSync(join(folder, `${name}.mjs`), 'utf8'))?.[1].trim() ?? ''
  );
}

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'));
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`No proof is called ${unknown.join(', ')}. There are: ${names.join(', ') || 'none yet'}.`);
  process.exit(2);
}
if (wanted.length === 0) {
  console.log(
    names.length === 0
      ? 'There are no long proofs yet.'
      : names.map((name) => `${name}  ${summary(name)}`).join('\n'),
  );
}
const failed = wanted.filter(
  (name) =>
    spawnSync(process.execPath, [join(folder, `${name}.mjs`), ...flags], { stdio: 'inherit' }).status !== 0,
);
if (failed.length > 0) console.error(`Not proved: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
