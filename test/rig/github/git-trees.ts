import { getObject, type ObjectStore, putObject, type TreeEntry } from './git-objects.ts';

/** A file of a tree: where, how, and which blob. */
export interface TreeFile {
  path: string;
  mode: string;
  sha: string;
}

/** A changed path between two trees. */
export interface TreeChange {
  path: string;
  before: TreeFile | null;
  after: TreeFile | null;
}

/** All files below a tree by path, folders opened. */
export function filesOf(store: ObjectStore, tree: string, prefix = ''): Map<string, TreeFile> {
  const files = new Map<string, TreeFile>();
  for (const { mode, name, sha } of getObject(store, 'tree', tree)?.entries ?? []) {
    const path = `${prefix}${name}`;
    if (mode !== '40000') files.set(path, { path, mode, sha });
    else for (const [inner, file] of filesOf(store, sha, `${path}/`)) files.set(inner, file);
  }
  return files;
}

/** Writes the trees that hold these files; gives the id of the root. */
export function writeFiles(store: ObjectStore, files: Iterable<TreeFile>): string {
  const entries: TreeEntry[] = [];
  const folders = new Map<string, TreeFile[]>();
  for (const { path, mode, sha } of files) {
    const slash = path.indexOf('/');
    if (slash < 0) entries.push({ mode, name: path, sha });
    else {
      const folder = path.slice(0, slash);
      const inner = folders.get(folder) ?? [];
      inner.push({ path: path.slice(slash + 1), mode, sha });
      folders.set(folder, inner);
    }
  }
  for (const [name, inner] of folders) entries.push({ mode: '40000', name, sha: writeFiles(store, inner) });
  return putObject(store, { type: 'tree', entries });
}

/** The tree with these changes: text or bytes to write, `null` to remove. Gives the id of the new root. */
export function changeFiles(
  store: ObjectStore,
  tree: string | null,
  changes: Readonly<Record<string, string | Uint8Array | null>>,
): string {
  const files = tree === null ? new Map<string, TreeFile>() : filesOf(store, tree);
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) files.delete(path);
    else {
      const sha = putObject(store, { type: 'blob', bytes: Buffer.from(content as Uint8Array) });
      files.set(path, { path, mode: files.get(path)?.mode ?? '100644', sha });
    }
  }
  return writeFiles(store, files.values());
}

/** What lies at a path: a file or a folder's tree; `null` when nothing does. The empty path is the root. */
export function entryAt(store: ObjectStore, tree: string, path: string): TreeFile | null {
  let at: TreeFile = { path: '', mode: '40000', sha: tree };
  for (const name of path.split('/').filter((part) => part !== '')) {
    const entry = getObject(store, 'tree', at.sha)?.entries.find((candidate) => candidate.name === name);
    if (!entry) return null;
    at = { path: at.path === '' ? name : `${at.path}/${name}`, mode: entry.mode, sha: entry.sha };
  }
  return at;
}

/** Paths that differ between two trees, sorted. A renamed file is one removed and one added. */
export function changesBetween(store: ObjectStore, before: string | null, after: string): TreeChange[] {
  const [from, to] = [
    before === null ? new Map<string, TreeFile>() : filesOf(store, before),
    filesOf(store, after),
  ];
  return [...new Set([...from.keys(), ...to.keys()])]
    .sort()
    .map((path) => ({ path, before: from.get(path) ?? null, after: to.get(path) ?? null }))
    .filter(
      (change) => change.before?.sha !== change.after?.sha || change.before?.mode !== change.after?.mode,
    );
}

/** Three-way merge by whole files; `null` when both sides changed one file differently. */
export function mergeTrees(store: ObjectStore, base: string, ours: string, theirs: string): string | null {
  const files = filesOf(store, ours);
  const mine = new Map(changesBetween(store, base, ours).map((change) => [change.path, change]));
  for (const { path, after } of changesBetween(store, base, theirs)) {
    const own = mine.get(path);
    if (own && own.after?.sha !== after?.sha) return null;
    if (after) files.set(path, after);
    else files.delete(path);
  }
  return writeFiles(store, files.values());
}
