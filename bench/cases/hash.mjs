/** Hashing files on all cores, beside `openssl dgst -sha256`, which uses one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const name = 'hash';

/** Hashes the files named on standard arguments, as the engine does. */
const program = (root) => `
  import { createFiles } from ${JSON.stringify(join(root, 'build/runtime/node/files.js'))};
  import { availableParallelism } from 'node:os';
  await createFiles(availableParallelism(), new AbortController().signal).sha256(process.argv.slice(1));`;

/** Files of `bytes` each whose content differs. */
function fill(folder, prefix, count, bytes) {
  return Array.from({ length: count }, (_, index) => {
    const path = join(folder, `${prefix}-${index}`);
    const content = Buffer.alloc(bytes, index & 255);
    content.writeUInt32LE(index);
    writeFileSync(path, content);
    return path;
  });
}

export async function rows({ measure, row, node, root, folder, quick }) {
  const scale = quick ? 1 : 4;
  const works = [
    [`${8 * scale} files of 32 MB`, fill(folder, 'large', 8 * scale, 32_000_000)],
    [`1 file of ${256 * scale} MB`, fill(folder, 'single', 1, 256_000_000 * scale)],
    ['1,000 files of 4 kB', fill(folder, 'small', 1000, 4000)],
  ];
  return works.map(([work, files]) => {
    const ours = { argv: [node, '--input-type=module', '-e', program(root), '--', ...files] };
    const peer = { argv: ['openssl', 'dgst', '-sha256', ...files] };
    const [seen, beside] = measure([ours, peer], { runs: 5 });
    return row(work, seen, 'openssl dgst', beside);
  });
}
