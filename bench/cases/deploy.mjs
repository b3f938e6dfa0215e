/** Deploying a large model into a folder, verified by digest, beside `cp` followed by `openssl dgst -sha256`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const name = 'deploy';

const config = `version: 1
model: churn
deploy: { production: { target: { directory: { path: ../srv } } } }
`;

/** A file of that many megabytes; gives its digest. */
function fill(path, megabytes) {
  const hash = createHash('sha256');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(1_000_000);
  for (let i = 0; i < megabytes; i += 1) {
    block.fill(i & 255);
    block.writeUInt32LE(i);
    hash.update(block);
    writeSync(file, block);
  }
  closeSync(file);
  return hash.digest('hex');
}

function makeProject(folder, megabytes) {
  const project = join(folder, `project-${megabytes}`);
  const version = join(project, '.trainyard/registry/churn/1.0.0');
  mkdirSync(join(version, 'files'), { recursive: true });
  execFileSync('git', ['init', '--quiet', project]);
  writeFileSync(join(project, 'trainyard.yml'), config);
  const digest = fill(join(version, 'files/model.bin'), megabytes);
  const manifest = {
    ...{ schema: 'trainyard/manifest', version: 1, model: 'churn', model_version: '1.0.0' },
    digest: createHash('sha256').update(Buffer.from(digest, 'hex')).digest('hex'),
    resources: [{ name: 'model.bin', bytes: megabytes * 1_000_000, algorithm: 'sha256', digest }],
    ...{
      commit: null,
      run: null,
      verdict: { verdict: 'pass', kind: 'pass' },
      created: new Date().toISOString(),
    },
  };
  writeFileSync(join(version, 'manifest.json'), JSON.stringify(manifest));
  return project;
}

export async function rows({ measure, row, node, root, folder, quick }) {
  const command = `const { command } = await import(${JSON.stringify(join(root, 'build/index.js'))}); await command(process.argv.slice(1));`;
  return [quick ? 200 : 2000].flatMap((megabytes) => {
    const project = makeProject(folder, megabytes);
    const file = join(project, '.trainyard/registry/churn/1.0.0/files/model.bin');
    const copy = join(folder, 'copy.bin');
    // Each run begins where nothing was deployed.
    const afresh = `cd "${project}" && rm -rf ../srv .git/refs/heads/trainyard`;
    const ours = `${afresh} && exec "${node}" --input-type=module -e '${command}' -- deploy --version 1.0.0`;
    const copied = (then) => ({ argv: ['sh', '-c', `rm -f "${copy}" && cp "${file}" "${copy}" && ${then}`] });
    const digest = `exec openssl dgst -sha256 "${copy}"`;
    const peers = { 'cp + openssl dgst': digest, 'cp + sync + openssl dgst': `sync "${copy}" && ${digest}` };
    const commands = [{ argv: ['sh', '-c', ours] }, ...Object.values(peers).map(copied)];
    const [seen, ...beside] = measure(commands, { runs: 3 });
    const work = `deploy 1 file of ${megabytes} MB, on disk before it is live`;
    return Object.keys(peers).map((peer, i) => row(work, seen, peer, beside[i]));
  });
}
