import { type Call, type Handlers, repositoryOf } from './call.ts';
import { person, verification } from './git-data.ts';
import { type CommitAt, commitAt, compareCommits, historyOf } from './git-history.ts';
import { getObject } from './git-objects.ts';
import { changesBetween, entryAt, type TreeChange } from './git-trees.ts';
import { lineCounts } from './line-counts.ts';
import { listed, pageOf } from './paging.ts';
import { notFound, Refusal, unprocessable } from './refusals.ts';
import { peeled, resolveCommit } from './revisions.ts';
import { nodeId, repositoryPage, repositoryUrl } from './shapes.ts';
import type { Repository } from './state.ts';

const filesShown = 300;
const commitsShown = 250;

function commitShape(call: Call, repository: Repository, commit: CommitAt): Record<string, unknown> {
  const [url, page] = [repositoryUrl(call.places, repository), repositoryPage(call.places, repository)];
  const { sha, tree, parents, message } = commit;
  return {
    sha,
    node_id: nodeId('C', `${repository.id}:${sha}`),
    url: `${url}/commits/${sha}`,
    html_url: `${page}/commit/${sha}`,
    comments_url: `${url}/commits/${sha}/comments`,
    commit: {
      author: person(commit.author),
      committer: person(commit.committer),
      message,
      tree: { sha: tree, url: `${url}/git/trees/${tree}` },
      url: `${url}/git/commits/${sha}`,
      comment_count: 0,
      verification: verification(repository, sha),
    },
    author: null,
    committer: null,
    parents: parents.map((id) => ({
      sha: id,
      url: `${url}/commits/${id}`,
      html_url: `${page}/commit/${id}`,
    })),
  };
}

/** Changed files as comparisons and commits list them, without patches. */
export function fileShapes(call: Call, repository: Repository, sha: string, changes: readonly TreeChange[]) {
  const [url, page] = [repositoryUrl(call.places, repository), repositoryPage(call.places, repository)];
  const textOf = (id: string | undefined) =>
    getObject(repository.objects, 'blob', id ?? '')?.bytes.toString() ?? '';
  return changes.map(({ path, before, after }) => {
    const { additions, deletions } = lineCounts(textOf(before?.sha), textOf(after?.sha));
    const name = path.split('/').map(encodeURIComponent).join('/');
    return {
      sha: after?.sha ?? before?.sha ?? null,
      filename: path,
      status: before === null ? 'added' : after === null ? 'removed' : 'modified',
      ...{ additions, deletions, changes: additions + deletions },
      blob_url: `${page}/blob/${sha}/${name}`,
      raw_url: `${page}/raw/${sha}/${name}`,
      contents_url: `${url}/contents/${name}?ref=${sha}`,
    };
  });
}

function getCommit(call: Call) {
  const repository = repositoryOf(call);
  const name = String(call.path['ref']);
  if (repository.refs.size === 0) throw new Refusal(409, 'Git Repository is empty.');
  const sha = resolveCommit(repository, name);
  if (sha === null) throw unprocessable(`No commit found for SHA: ${name}`);
  if (call.headers['accept']?.includes('vnd.github.sha'))
    return { status: 200, body: Buffer.from(sha), headers: { 'content-type': 'application/vnd.github.sha' } };
  const commit = commitAt(repository.objects, sha);
  const parent = commit.parents[0];
  const before = parent === undefined ? null : commitAt(repository.objects, parent).tree;
  const files = fileShapes(call, repository, sha, changesBetween(repository.objects, before, commit.tree));
  const sum = (key: 'additions' | 'deletions') => files.reduce((total, file) => total + file[key], 0);
  const [additions, deletions] = [sum('additions'), sum('deletions')];
  const stats = { additions, deletions, total: additions + deletions };
  return {
    status: 200,
    body: { ...commitShape(call, repository, commit), stats, files: files.slice(0, filesShown) },
  };
}

function listCommits(call: Call) {
  const repository = repositoryOf(call);
  if (repository.refs.size === 0) throw new Refusal(409, 'Git Repository is empty.');
  const { sha: name = repository.defaultBranch, path, since, until } = call.query;
  const sha = resolveCommit(repository, String(name));
  if (sha === null) throw notFound();
  const { objects } = repository;
  const at = (id: string) => entryAt(objects, commitAt(objects, id).tree, String(path))?.sha;
  const touches = ({ sha: id, parents }: CommitAt) =>
    path === undefined ||
    (parents.length === 0 ? at(id) !== undefined : parents.every((one) => at(one) !== at(id)));
  const inTime = ({ committer }: CommitAt) =>
    (since === undefined || committer.seconds * 1000 >= Date.parse(String(since))) &&
    (until === undefined || committer.seconds * 1000 <= Date.parse(String(until)));
  const commits = historyOf(objects, sha).filter((commit) => touches(commit) && inTime(commit));
  return listed(call, commits, (commit) => commitShape(call, repository, commit));
}

function compare(call: Call) {
  const repository = repositoryOf(call);
  const { objects } = repository;
  const [baseName = '', headName = ''] = String(call.path['basehead']).split('...');
  const [base, head] = [baseName, headName].map((name) =>
    resolveCommit(repository, name.split(':').at(-1) ?? ''),
  );
  if (!base || !head) throw notFound();
  const { ahead, behind, mergeBase, status } = compareCommits(objects, base, head);
  if (mergeBase === null) throw new Refusal(404, `No common ancestor between ${baseName} and ${headName}.`);
  const paged = call.query['page'] !== undefined || call.query['per_page'] !== undefined;
  const { items, headers } = paged
    ? pageOf(call, ahead)
    : { items: ahead.slice(0, commitsShown), headers: {} };
  const changes = changesBetween(objects, commitAt(objects, mergeBase).tree, commitAt(objects, head).tree);
  const page = `${repositoryPage(call.places, repository)}/compare/${baseName}...${headName}`;
  const first = Number(call.query['page'] ?? 1) === 1;
  const body = {
    url: call.address,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: commitShape(call, repository, commitAt(objects, base)),
    merge_base_commit: commitShape(call, repository, commitAt(objects, mergeBase)),
    ...{ status, ahead_by: ahead.length, behind_by: behind, total_commits: ahead.length },
    commits: items.map((commit) => commitShape(call, repository, commit)),
    files: first ? fileShapes(call, repository, head, changes.slice(0, filesShown)) : [],
  };
  return { status: 200, headers, body };
}

function getBranch(call: Call) {
  const repository = repositoryOf(call);
  const name = String(call.path['branch']);
  const sha = repository.refs.get(`refs/heads/${name}`);
  if (sha === undefined) throw new Refusal(404, 'Branch not found');
  const url = `${repositoryUrl(call.places, repository)}/branches/${name}`;
  const isProtected = repository.protected.has(`refs/heads/${name}`);
  const body = {
    name,
    commit: commitShape(call, repository, commitAt(repository.objects, sha)),
    _links: { self: url, html: `${repositoryPage(call.places, repository)}/tree/${name}` },
    protected: isProtected,
    protection: { enabled: isProtected },
    protection_url: `${url}/protection`,
  };
  return { status: 200, body };
}

export const commits: Handlers = {
  'repos/get-commit': getCommit,
  'repos/list-commits': listCommits,
  'repos/compare-commits-with-basehead': compare,
  'repos/get-branch': getBranch,
  'repos/list-tags': (call) => {
    const repository = repositoryOf(call);
    const url = repositoryUrl(call.places, repository);
    const tags = [...repository.refs]
      .filter(([ref]) => ref.startsWith('refs/tags/'))
      .sort()
      .reverse();
    return listed(call, tags, ([ref, target]) => {
      const [name, sha] = [ref.slice('refs/tags/'.length), peeled(repository.objects, target)];
      const commit = { sha, url: `${url}/commits/${sha}` };
      const balls = { zipball_url: `${url}/zipball/${ref}`, tarball_url: `${url}/tarball/${ref}` };
      return { name, node_id: nodeId('REF', ref), commit, ...balls };
    });
  },
};
