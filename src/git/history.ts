import { UpstreamError } from '../core/errors.ts';
import type { RunGit } from './command.ts';
import { requireSha } from './names.ts';
import type { Git, GitCommit } from './types.ts';

type History = Pick<
  Git,
  | 'headState'
  | 'commit'
  | 'firstParents'
  | 'writtenParents'
  | 'mergeBase'
  | 'isAncestor'
  | 'isShallow'
  | 'untracked'
  | 'refs'
  | 'config'
>;

const commitFormat = '--format=%H%n%T%n%P%n%cI%n%s';
const refFormat = '--format=%(refname)%00%(objectname)%00%(*objectname)%00%(symref)';

/** Questions about commits, branches and the state of the work tree. */
export function createHistory(run: RunGit): History {
  return {
    async headState(except = []) {
      const pathspec =
        except.length === 0 ? [] : ['--', ':/', ...except.map((path) => `:(top,exclude,literal)${path}`)];
      const flags = [
        '--porcelain=v2',
        '--branch',
        '-z',
        '--untracked-files=normal',
        '--ignore-submodules=untracked',
      ];
      const { stdout } = await run(['status', ...flags, '--no-renames', '--no-ahead-behind', ...pathspec]);
      return parseState(stdout.toString('utf8'));
    },

    async commit(revision) {
      if (revision === '' || revision.includes('\0')) return null;
      const verify = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
      const { code, stdout } = await run(verify, { answers: [1, 128] });
      if (code !== 0) return null;
      const [commit] = await logOf(run, ['-1', stdout.toString('utf8').trim()]);
      return commit ?? null;
    },

    firstParents: async (sha, count) =>
      logOf(run, ['--first-parent', `--max-count=${Math.max(0, Math.trunc(count))}`, requireSha(sha)]),

    async writtenParents(sha) {
      const { stdout } = await run(['cat-file', 'commit', requireSha(sha)]);
      const header = stdout.toString('latin1').split('\n\n', 1)[0] ?? '';
      return [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map((match) => match[1] as string);
    },

    async untracked(paths) {
      if (paths.length === 0) return [];
      const pathspec = paths.map((path) => `:(top,literal)${path}`);
      const { stdout } = await run(['ls-files', '--others', '-z', '--', ...pathspec]);
      return stdout
        .toString('utf8')
        .split('\0')
        .filter((path) => path !== '');
    },

    async mergeBase(sha, others) {
      if (others.length === 0) return null;
      const { code, stdout } = await run(['merge-base', requireSha(sha), ...others.map(requireSha)], {
        answers: [1],
      });
      return code === 0 ? stdout.toString('utf8').trim() : null;
    },

    async isAncestor(ancestor, descendant) {
      const args = ['merge-base', '--is-ancestor', requireSha(ancestor), requireSha(descendant)];
      return (await run(args, { answers: [1] })).code === 0;
    },

    async isShallow() {
      return (await run(['rev-parse', '--is-shallow-repository'])).stdout.toString('utf8').trim() === 'true';
    },

    async refs(names, mergedInto) {
      const merged = mergedInto === undefined ? [] : [`--merged=${requireSha(mergedInto)}`];
      const { stdout } = await run(['for-each-ref', refFormat, ...merged, '--', ...names]);
      return linesOf(stdout.toString('utf8')).map((line) => {
        const [name = '', object = '', behind = '', target = ''] = line.split('\0');
        return { name, object, peeled: behind || object, target: target || null };
      });
    },

    async config(key) {
      const { code, stdout } = await run(['config', '--null', '--get', key], { answers: [1] });
      return code === 0 ? stdout.toString('utf8').replace(/\0$/, '') : null;
    },
  };
}

function parseState(text: string) {
  const records = text.split('\0').filter((record) => record !== '');
  const header = (name: string) =>
    records.find((record) => record.startsWith(`# ${name} `))?.slice(name.length + 3);
  const head = header('branch.oid') ?? '(initial)';
  const branch = header('branch.head') ?? '(detached)';
  return {
    head: head === '(initial)' ? null : head,
    branch: branch === '(detached)' ? null : branch,
    dirty: records.some((record) => !record.startsWith('# ')),
  };
}

async function logOf(run: RunGit, selection: readonly string[]): Promise<GitCommit[]> {
  const { stdout } = await run([
    'log',
    '-z',
    '--no-decorate',
    '--encoding=UTF-8',
    commitFormat,
    ...selection,
    '--',
  ]);
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry !== '')
    .map(parseCommit);
}

function parseCommit(entry: string): GitCommit {
  const [sha, tree, parents, date, ...subject] = entry.split('\n');
  if (sha === undefined || tree === undefined || parents === undefined || date === undefined) {
    throw new UpstreamError('git log answered in a form that was not asked for.');
  }
  return {
    sha,
    tree,
    parents: parents.split(' ').filter(Boolean),
    date,
    subject: subject.join('\n').trimEnd(),
  };
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
