import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { TRAINYARD_RIG_PYTHON: folder, GITHUB_PATH, GITHUB_OUTPUT } = process.env;
const python = join(folder, 'python');
const version = execFileSync(python, ['-c', 'import platform; print(platform.python_version())'], {
  encoding: 'utf8',
});
appendFileSync(GITHUB_PATH, `${folder}\n${dirname(fileURLToPath(import.meta.url))}\n`);
appendFileSync(GITHUB_OUTPUT, `python-version=${version.trim()}\npython-path=${python}\ncache-hit=false\n`);
