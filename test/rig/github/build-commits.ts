import { execFileSync } from 'node:child_process';
import { refreshPulls } from './build-pulls.ts';
import { commitAt } from './git-history.ts';
import { decodeObject, encodeObject, objectId, putObject, signatureOf } from './git-objects.ts';
import { changeFiles } from './git-trees.ts';
import type { Repository, State } from './state.ts';

export type Files = Readonly<Record<string, string | Uint8Array | null>>;

export interface CommitSeed {
  branch?: string;
  files?: Files;
  message?: string;
  author?: string;
  /** Begin a history of its own. */
  orphan?: boolean;
  /** Commit to build on instead of the branch's own, which is left behind: a force push. */
  onto?: string;
}

export function commitOn(state: State, repository: Repository, seed: CommitSeed): string {
  const { objects, refs } = repository;
  const ref = `refs/heads/${seed.branch ?? repository.defaultBranch}`;
  const tip = refs.get(ref) ?? refs.get(`refs/heads/${repository.defaultBranch}`);
  const parent = seed.orphan ? undefined : (seed.onto ?? tip);
  const tree = changeFiles(
    objects,
    parent === undefined ? null : commitAt(objects, parent).tree,
    seed.files ?? {},
  );
  const login = seed.author ?? repository.owner;
  const author = signatureOf(login, `${login}@example.org`, state.now());
  const parents = parent === undefined ? [] : [parent];
  const message = seed.message ?? 'Change';
  const sha = putObject(objects, { type: 'commit', tree, parents, author, committer: author, message });
  refs.set(ref, sha);
  refreshPulls(state);
  return sha;
}

/** Takes in all objects a real repository can reach, each checked against its id. */
export function importRepository(state: State, repository: Repository, folder: string): void {
  const git = (args: string[], input?: string) =>
    execFileSync('git', args, { cwd: folder, input: input ?? '', maxBuffer: 1 << 30 });
  const ids = git(['rev-list', '--objects', '--all', '--no-object-names']).toString().trim().split('\n');
  const batch = git(['cat-file', '--batch'], `${ids.join('\n')}\n`);
  for (let at = 0; at < batch.length; ) {
    const end = batch.indexOf(0x0a, at);
    const [id = '', type = '', size = '0'] = batch.toString('utf8', at, end).split(' ');
    const object = decodeObject(type, batch.subarray(end + 1, end + 1 + Number(size)));
    if (objectId(object.type, encodeObject(object)) !== id)
      throw new Error(`${type} ${id} cannot be held byte by byte`);
    putObject(repository.objects, object);
    at = end + 2 + Number(size);
  }
  const lines = git([
    'for-each-ref',
    '--format=%(refname) %(objectname)',
    'refs/heads',
    'refs/tags',
  ]).toString();
  for (const line of lines.trim().split('\n')) {
    const [ref = '', sha = ''] = line.split(' ');
    repository.refs.set(ref, sha);
  }
  refreshPulls(state);
}
