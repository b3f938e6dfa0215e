// Appends the records of a JSON file to the ledger of a clone and names each once it is written.
// node writer.mjs <compiled sources> <clone> <file>
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [compiled, root, file] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${compiled}/${path}`).href);
const [{ createRuntime }, { createGit }, { createGitLedger }] = await Promise.all([
  load('runtime/node/index.js'),
  load('git/index.js'),
  load('ledger/git/index.js'),
]);
const runtime = createRuntime();
const ledger = createGitLedger(runtime, createGit(runtime, root));
for (const record of JSON.parse(readFileSync(file, 'utf8'))) {
  const { result } = await ledger.append(record);
  process.stdout.write(`${record.id} ${result}\n`);
}
