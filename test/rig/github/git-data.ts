import { type Call, type Handlers, repositoryOf, userOf } from './call.ts';
import {
  type Commit,
  getObject,
  putObject,
  type Signature,
  signatureDate,
  signatureOf,
} from './git-objects.ts';
import { entryAt } from './git-trees.ts';
import { notFound, unprocessable } from './refusals.ts';
import { resolveCommit } from './revisions.ts';
import { nodeId, repositoryPage, repositoryUrl } from './shapes.ts';
import type { Repository } from './state.ts';
import { buildTree, type TreeBody } from './tree-body.ts';

interface Person {
  name: string;
  email: string;
  date?: string;
}

export const person = (signature: Signature) => ({
  name: signature.name,
  email: signature.email,
  date: signatureDate(signature),
});

export function verification(repository: Repository, sha: string) {
  const verified = repository.signed.has(sha);
  return {
    verified,
    reason: verified ? 'valid' : 'unsigned',
    signature: null,
    payload: null,
    verified_at: null,
  };
}

function gitCommitShape(call: Call, repository: Repository, sha: string, commit: Commit): unknown {
  const [url, page] = [repositoryUrl(call.places, repository), repositoryPage(call.places, repository)];
  const { tree, parents, message } = commit;
  return {
    sha,
    node_id: nodeId('C', sha),
    url: `${url}/git/commits/${sha}`,
    html_url: `${page}/commit/${sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    tree: { sha: tree, url: `${url}/git/trees/${tree}` },
    message,
    parents: parents.map((id) => ({
      sha: id,
      url: `${url}/git/commits/${id}`,
      html_url: `${page}/commit/${id}`,
    })),
    verification: verification(repository, sha),
  };
}

function treeShape(call: Call, repository: Repository, sha: string, recursive: boolean): unknown {
  const url = repositoryUrl(call.places, repository);
  const entries = (id: string, prefix: string): unknown[] =>
    (getObject(repository.objects, 'tree', id)?.entries ?? []).flatMap((entry) => {
      const path = `${prefix}${entry.name}`;
      const type = entry.mode === '40000' ? 'tree' : entry.mode === '160000' ? 'commit' : 'blob';
      const size = getObject(repository.objects, 'blob', entry.sha)?.bytes.length;
      const own = { path, mode: entry.mode.padStart(6, '0'), type, sha: entry.sha };
      const row = {
        ...own,
        ...(size === undefined ? {} : { size }),
        url: `${url}/git/${type}s/${entry.sha}`,
      };
      return recursive && type === 'tree' ? [row, ...entries(entry.sha, `${path}/`)] : [row];
    });
  return { sha, url: `${url}/git/trees/${sha}`, tree: entries(sha, ''), truncated: false };
}

function createCommit(call: Call) {
  const repository = repositoryOf(call);
  const { objects } = repository;
  const body = call.body as {
    message: string;
    tree: string;
    parents?: string[];
    author?: Person;
    committer?: Person;
  };
  if (!getObject(objects, 'tree', body.tree)) throw unprocessable('Tree SHA does not exist');
  const parents = body.parents ?? [];
  if (parents.some((id) => !getObject(objects, 'commit', id)))
    throw unprocessable('Parent SHA does not exist or is not a commit object');
  const { login, id } = userOf(call);
  const standard = { name: login, email: `${id}+${login}@users.noreply.github.com` };
  const signature = ({ name, email, date }: Person) =>
    signatureOf(name, email, date === undefined ? call.state.now() : new Date(date));
  const author = signature(body.author ?? standard);
  const committer = body.committer ? signature(body.committer) : author;
  const commit: Commit = {
    type: 'commit',
    tree: body.tree,
    parents,
    author,
    committer,
    message: body.message,
  };
  const sha = putObject(objects, commit);
  if (!body.author && !body.committer && call.token?.installation) repository.signed.add(sha);
  return { status: 201, body: gitCommitShape(call, repository, sha, commit) };
}

function getTree(call: Call) {
  const repository = repositoryOf(call);
  const name = String(call.path['tree_sha']);
  const commit = resolveCommit(repository, name);
  const tree = commit === null ? name : (getObject(repository.objects, 'commit', commit)?.tree ?? name);
  if (!entryAt(repository.objects, tree, '') || !getObject(repository.objects, 'tree', tree))
    throw notFound();
  return { status: 200, body: treeShape(call, repository, tree, call.query['recursive'] !== undefined) };
}

export const gitData: Handlers = {
  'git/create-blob': (call) => {
    const repository = repositoryOf(call);
    const { content, encoding = 'utf-8' } = call.body as { content: string; encoding?: string };
    if (encoding !== 'utf-8' && encoding !== 'base64')
      throw unprocessable('encoding must be utf-8 or base64');
    const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
    const sha = putObject(repository.objects, { type: 'blob', bytes });
    return { status: 201, body: { sha, url: `${repositoryUrl(call.places, repository)}/git/blobs/${sha}` } };
  },
  'git/get-blob': (call) => {
    const repository = repositoryOf(call);
    const sha = String(call.path['file_sha']);
    const blob = getObject(repository.objects, 'blob', sha);
    if (!blob) throw notFound();
    const url = `${repositoryUrl(call.places, repository)}/git/blobs/${sha}`;
    const content = blob.bytes.toString('base64');
    return {
      status: 200,
      body: { sha, node_id: nodeId('B', sha), url, size: blob.bytes.length, content, encoding: 'base64' },
    };
  },
  'git/create-tree': (call) => {
    const repository = repositoryOf(call);
    const sha = buildTree(repository, call.body as TreeBody);
    return { status: 201, body: treeShape(call, repository, sha, false) };
  },
  'git/get-tree': getTree,
  'git/create-commit': createCommit,
  'git/get-commit': (call) => {
    const repository = repositoryOf(call);
    const sha = String(call.path['commit_sha']);
    const commit = getObject(repository.objects, 'commit', sha);
    if (!commit) throw notFound();
    return { status: 200, body: gitCommitShape(call, repository, sha, commit) };
  },
};
