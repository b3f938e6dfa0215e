import { ConfigError, UpstreamError } from '../core/errors.ts';
import type { GitOutput, RunGit } from './command.ts';
import { pathInTree, requireSha } from './names.ts';
import type { CommitOutcome, CommitRequest, Git, GitObject } from './types.ts';

type Objects = Pick<Git, 'showFile' | 'readObjects' | 'objectIds' | 'commitFiles' | 'annotate'>;

/** Who makes the ledger's commits; the user's own name is neither needed nor used. */
const identity = { name: 'trainyard', email: 'trainyard@localhost' };

const ourself = {
  GIT_AUTHOR_NAME: identity.name,
  GIT_AUTHOR_EMAIL: identity.email,
  GIT_COMMITTER_NAME: identity.name,
  GIT_COMMITTER_EMAIL: identity.email,
};

/** Reading and writing objects without index or checkout. */
export function createObjects(run: RunGit): Objects {
  const readObjects: Git['readObjects'] = async (names) =>
    parseBatch(await batch(run, '--batch', names), names);
  return {
    readObjects,

    async showFile(sha, path) {
      const inTree = pathInTree(path);
      if (inTree === null) return null;
      const [object] = await readObjects([`${requireSha(sha)}:${inTree}`]);
      return object?.type === 'blob' ? object.bytes : null;
    },

    async objectIds(names) {
      const answers = await batch(run, '--batch-check', names);
      const lines = names.some(hasNewline) ? null : answers.toString('utf8').split('\n');
      if (lines === null) throw new ConfigError('An object name contains a line break.');
      return names.map((_, i) => (lines[i]?.endsWith(' missing') ? null : (lines[i]?.split(' ')[0] ?? null)));
    },

    async commitFiles(request) {
      const options = { stdin: importStream(request), env: ourself, answers: [1, 128] };
      return outcome(request.ref, await run(['fast-import', '--quiet', '--done'], options));
    },

    async annotate(tag, sha, message) {
      const args = ['tag', '--annotate', '--no-sign', '--file=-', '--cleanup=verbatim', '--end-of-options'];
      await run([...args, tag, requireSha(sha)], { stdin: `${message}\n`, env: ourself });
    },
  };
}

function hasNewline(name: string): boolean {
  return name.includes('\n');
}

/** `-z` (git 2.38) only where a name needs it, so that older versions serve all others. */
async function batch(run: RunGit, mode: string, names: readonly string[]): Promise<Buffer> {
  if (names.length === 0) return Buffer.alloc(0);
  const separated = names.some(hasNewline);
  const stdin = names.map((name) => name + (separated ? '\0' : '\n')).join('');
  return (await run(['cat-file', mode, ...(separated ? ['-z'] : [])], { stdin })).stdout;
}

function parseBatch(answers: Buffer, names: readonly string[]): (GitObject | null)[] {
  let position = 0;
  return names.map((name) => {
    const missing = Buffer.from(`${name} missing\n`);
    if (answers.subarray(position, position + missing.length).equals(missing)) {
      position += missing.length;
      return null;
    }
    const end = answers.indexOf(10, position);
    const header = /^([0-9a-f]+) (\w+) (\d+)$/.exec(
      answers.subarray(position, Math.max(position, end)).toString('utf8'),
    );
    if (!header)
      throw new UpstreamError(`git could not read ${JSON.stringify(name)}: the answer is not an object.`);
    const [, id = '', type = '', size = '0'] = header;
    const bytes = answers.subarray(end + 1, end + 1 + Number(size));
    if (bytes.length !== Number(size))
      throw new UpstreamError(`git ended while reading ${JSON.stringify(name)}.`);
    position = end + Number(size) + 2;
    return { id, type, bytes };
  });
}

/** One commit for `git fast-import`; `done` closes it, so that a stream cut short by a crash is thrown away. */
function importStream(request: CommitRequest): Buffer {
  const seconds = Math.floor(request.date.getTime() / 1000);
  const lines = [
    `commit ${request.ref}`,
    'mark :1',
    `committer ${identity.name} <${identity.email}> ${seconds} +0000`,
    data(request.message),
    ...(request.parent === null ? [] : [`from ${requireSha(request.parent)}`]),
    ...request.files.flatMap(({ path, text }) => [`M 100644 inline ${safePath(path)}`, data(text)]),
    'get-mark :1',
    'done',
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function safePath(path: string): string {
  const safe = /^[A-Za-z0-9._/-]+$/.test(path) && pathInTree(path) !== null;
  if (safe) return path;
  throw new ConfigError(`${JSON.stringify(path)} cannot be a path on a branch of ours.`, {
    expected: 'letters, digits, ".", "_", "-" and "/"',
  });
}

function outcome(ref: string, { code, stdout, stderr }: GitOutput): CommitOutcome {
  if (code === 0) return { result: 'written', sha: requireSha(stdout.toString('utf8').trim()) };
  if (/cannot lock ref .*(?:exists; cannot create|not a directory)/i.test(stderr)) {
    throw new ConfigError(`The branch ${ref} cannot be made because of another one: ${stderr}`, {
      hint: 'Rename or delete the branch whose name collides with it.',
    });
  }
  if (/^warning: Not updating|cannot lock ref|unable to create .*\.lock/im.test(stderr)) {
    return { result: 'conflict', reason: stderr };
  }
  throw new UpstreamError(`git fast-import failed (exit ${code}): ${stderr || 'no message'}`, {
    ...(/no space left|quota exceeded/i.test(stderr) && { hint: 'Free some disk space and run again.' }),
  });
}
