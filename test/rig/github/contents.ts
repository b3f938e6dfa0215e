import { type Call, type Handlers, repositoryOf } from './call.ts';
import { commitAt } from './git-history.ts';
import { getObject } from './git-objects.ts';
import { entryAt, type TreeFile } from './git-trees.ts';
import { notFound, Refusal } from './refusals.ts';
import { resolveCommit } from './revisions.ts';
import { repositoryPage, repositoryUrl } from './shapes.ts';
import type { Repository } from './state.ts';

/** Up to 1 MB comes as base64, up to 100 MB without content and only raw. */
const [maximumInline, maximumRaw] = [1_000_000, 100_000_000];

function shapeOf(call: Call, repository: Repository, sha: string, file: TreeFile) {
  const url = `${repositoryUrl(call.places, repository)}/contents/${encodeURI(file.path)}?ref=${sha}`;
  const page = `${repositoryPage(call.places, repository)}/blob/${sha}/${encodeURI(file.path)}`;
  const type = file.mode === '40000' ? 'dir' : file.mode === '120000' ? 'symlink' : 'file';
  const git = `${repositoryUrl(call.places, repository)}/git/${type === 'dir' ? 'trees' : 'blobs'}/${file.sha}`;
  const size = getObject(repository.objects, 'blob', file.sha)?.bytes.length ?? 0;
  const raw = type === 'dir' ? null : page.replace('/blob/', '/raw/');
  return {
    ...{ type, size, name: file.path.split('/').at(-1), path: file.path, sha: file.sha, url },
    ...{ git_url: git, html_url: page, download_url: raw, _links: { self: url, git, html: page } },
  };
}

function folderShape(call: Call, repository: Repository, sha: string, folder: TreeFile): unknown[] {
  const entries = getObject(repository.objects, 'tree', folder.sha)?.entries ?? [];
  return entries.map(({ name, mode, sha: id }) => {
    const path = folder.path === '' ? name : `${folder.path}/${name}`;
    return shapeOf(call, repository, sha, { path, mode, sha: id });
  });
}

export const contents: Handlers = {
  'repos/get-content': (call) => {
    const repository = repositoryOf(call);
    const { objects } = repository;
    const ref = String(call.query['ref'] ?? repository.defaultBranch);
    const sha = resolveCommit(repository, ref);
    if (sha === null) throw new Refusal(404, `No commit found for the ref ${ref}`);
    const found = entryAt(objects, commitAt(objects, sha).tree, String(call.path['path']));
    if (!found) throw notFound();
    if (found.mode === '40000') return { status: 200, body: folderShape(call, repository, sha, found) };
    const { bytes } = getObject(objects, 'blob', found.sha) ?? { bytes: Buffer.alloc(0) };
    if (bytes.length > maximumRaw) throw new Refusal(403, 'This API returns blobs up to 100 MB in size.');
    if (/vnd\.github(\.v3)?\.raw/.test(call.headers['accept'] ?? ''))
      return {
        status: 200,
        body: bytes,
        headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' },
      };
    const inline = bytes.length <= maximumInline;
    const content = inline ? bytes.toString('base64').replace(/(.{60})/g, '$1\n') : '';
    const body = { ...shapeOf(call, repository, sha, found), content, encoding: inline ? 'base64' : 'none' };
    return { status: 200, body };
  },
};
