import { getObject, putObject } from './git-objects.ts';
import { filesOf, type TreeFile, writeFiles } from './git-trees.ts';
import { unprocessable } from './refusals.ts';
import type { Repository } from './state.ts';

export interface TreeBody {
  base_tree?: string;
  tree: { path?: string; mode?: string; type?: string; sha?: string | null; content?: string }[];
}

/** The tree a body describes: files by path over `base_tree`, `sha: null` removes, a folder's tree is opened. */
export function buildTree({ objects }: Repository, body: TreeBody): string {
  const base = body.base_tree === undefined ? null : treeOf(objects, body.base_tree);
  const files = base === null ? new Map<string, TreeFile>() : filesOf(objects, base);
  for (const entry of body.tree) placeEntry(objects, files, entry);
  return writeFiles(objects, files.values());
}

function placeEntry(
  objects: Repository['objects'],
  files: Map<string, TreeFile>,
  entry: TreeBody['tree'][number],
): void {
  const { path, mode = '100644', sha, content } = entry;
  if (path === undefined || path === '' || /(^|\/)(\.\.?|\.git)?(\/|$)/.test(path))
    throw unprocessable('tree.path contains a malformed path component');
  if (sha === null) {
    removePath(files, path);
    return;
  }
  if (mode === '040000') {
    for (const [inner, file] of filesOf(objects, treeOf(objects, String(sha)), `${path}/`))
      files.set(inner, file);
    return;
  }
  const blob = sha ?? putObject(objects, { type: 'blob', bytes: Buffer.from(content ?? '') });
  if (!getObject(objects, 'blob', blob)) throw unprocessable(`tree.sha ${sha} is not a valid blob`);
  files.set(path, { path, mode, sha: blob });
}

function removePath(files: Map<string, TreeFile>, path: string): void {
  const gone = [...files.keys()].filter((file) => file === path || file.startsWith(`${path}/`));
  if (gone.length === 0) throw unprocessable('GitRPC::BadObjectState');
  for (const file of gone) files.delete(file);
}

/** A tree's id, or that of the commit named. */
function treeOf(objects: Repository['objects'], sha: string): string {
  const tree = getObject(objects, 'commit', sha)?.tree ?? sha;
  if (!getObject(objects, 'tree', tree)) throw unprocessable('base_tree is not a valid tree oid');
  return tree;
}
