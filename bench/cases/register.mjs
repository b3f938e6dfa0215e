/** Registering a large model, verified by digest on its way into the registry, beside `cp` followed by `openssl dgst -sha256`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const name = 'register';

const makeModel = (megabytes) =>
  `head -c ${megabytes}000000 /dev/zero | openssl enc -aes-128-ctr -pass pass:x -nosalt 2> /dev/null > model.bin`;

const config = (megabytes) => `version: 1
model: churn
pipeline:
  train: { run: '${makeModel(megabytes)}; cp ../metrics.json .', outs: [model.bin], metrics: [metrics.json] }
`;

function makeProject(folder, megabytes, trainyard) {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'trainyard.yml'), config(megabytes));
  writeFileSync(join(folder, 'metrics.json'), '{"accuracy": 0.9}');
  writeFileSync(join(project, '.gitignore'), 'model.bin\nmetrics.json\n');
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
    [...person, 'commit', '--quiet', '-m', 'Begin'],
  ])
    execFileSync('git', args, { cwd: project });
  execFileSync(process.execPath, [...trainyard, 'record'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return project;
}

export async function rows({ measure, row, node, root, folder, quick }) {
  const megabytes = quick ? 200 : 2000;
  const program = `const { command } = await import(${JSON.stringify(join(root, 'build/index.js'))}); await command(process.argv.slice(1));`;
  const trainyard = ['--input-type=module', '-e', program, '--'];
  const project = makeProject(folder, megabytes, trainyard);
  const copy = join(folder, 'copy.bin');
  // Each run begins where nothing was registered but in the ledger.
  const afresh = `cd "${project}" && rm -rf .trainyard/registry && git tag --list | xargs -r git tag -d > /dev/null`;
  const ours = `${afresh} && exec "${node}" --input-type=module -e '${program}' -- register --version v1.0.0`;
  const peer = `rm -f "${copy}" && cp "${join(project, 'model.bin')}" "${copy}" && exec openssl dgst -sha256 "${copy}"`;
  const commands = [ours, peer].map((script) => ({ argv: ['sh', '-c', script] }));
  const [seen, beside] = measure(commands, { runs: 3 });
  return [row(`register 1 file of ${megabytes} MB in a folder`, seen, 'cp + openssl dgst', beside)];
}
