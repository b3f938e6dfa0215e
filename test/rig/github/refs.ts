import { type Call, type Handlers, repositoryOf } from './call.ts';
import { person } from './git-data.ts';
import { ancestorsOf } from './git-history.ts';
import { getObject, putObject, signatureOf, type Tag } from './git-objects.ts';
import { listed } from './paging.ts';
import { notFound, Refusal, unprocessable } from './refusals.ts';
import { nodeId, repositoryUrl } from './shapes.ts';
import type { Repository } from './state.ts';

function refShape(call: Call, repository: Repository, ref: string): unknown {
  const url = repositoryUrl(call.places, repository);
  const sha = repository.refs.get(ref) as string;
  const type = repository.objects.get(sha)?.type ?? 'commit';
  const object = { type, sha, url: `${url}/git/${type}s/${sha}` };
  return { ref, node_id: nodeId('REF', `${repository.id}:${ref}`), url: `${url}/git/${ref}`, object };
}

/** Throws for a branch that rules keep from being written to directly. */
export function checkProtected(repository: Repository, ref: string): void {
  if (repository.protected.has(ref))
    throw unprocessable(`Repository rule violations found\n\nCannot update this protected ref.`);
}

/** Points a branch elsewhere as an API update does: forward only unless forced, never to what is not there. */
export function moveRef(repository: Repository, ref: string, sha: string, force: boolean): void {
  const from = repository.refs.get(ref);
  if (from === undefined) throw unprocessable('Reference does not exist');
  checkProtected(repository, ref);
  if (!repository.objects.has(sha)) throw unprocessable('Object does not exist');
  if (ref.startsWith('refs/heads/') && !getObject(repository.objects, 'commit', sha))
    throw unprocessable('Object is not a commit');
  const forward =
    getObject(repository.objects, 'commit', sha) && ancestorsOf(repository.objects, sha).has(from);
  if (!force && !forward) throw unprocessable('Update is not a fast forward');
  repository.refs.set(ref, sha);
}

function createRef(call: Call) {
  const repository = repositoryOf(call);
  const { ref, sha } = call.body as { ref: string; sha: string };
  if (!/^refs\/[^/]+\/.+$/.test(ref) || /[\s~^:?*[\\]|\.\.|\/$|\.lock$/.test(ref))
    throw unprocessable(`${ref} is not a valid ref name.`);
  if (!repository.objects.has(sha)) throw unprocessable('Object does not exist');
  if (repository.refs.has(ref)) throw unprocessable('Reference already exists');
  if ([...repository.refs.keys()].some((other) => other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`)))
    throw unprocessable('Reference update failed');
  repository.refs.set(ref, sha);
  return { status: 201, body: refShape(call, repository, ref) };
}

function createTag(call: Call) {
  const repository = repositoryOf(call);
  const { objects } = repository;
  const body = call.body as {
    tag: string;
    message: string;
    object: string;
    type: Tag['objectType'];
    tagger?: { name: string; email: string; date?: string };
  };
  if (objects.get(body.object)?.type !== body.type) throw unprocessable('Object does not exist');
  const { name, email, date } = body.tagger ?? {
    name: 'github-actions[bot]',
    email: 'bot@users.noreply.github.com',
  };
  const tagger = signatureOf(name, email, date === undefined ? call.state.now() : new Date(date));
  const tag: Tag = {
    type: 'tag',
    object: body.object,
    objectType: body.type,
    tag: body.tag,
    tagger,
    message: body.message,
  };
  return { status: 201, body: tagShape(call, repository, putObject(objects, tag), tag) };
}

function tagShape(call: Call, repository: Repository, sha: string, tag: Tag): unknown {
  const url = repositoryUrl(call.places, repository);
  return {
    sha,
    node_id: nodeId('TA', sha),
    url: `${url}/git/tags/${sha}`,
    tag: tag.tag,
    message: tag.message,
    tagger: person(tag.tagger),
    object: { sha: tag.object, type: tag.objectType, url: `${url}/git/${tag.objectType}s/${tag.object}` },
  };
}

export const refs: Handlers = {
  'git/get-ref': (call) => {
    const repository = repositoryOf(call);
    if (repository.refs.size === 0) throw new Refusal(409, 'Git Repository is empty.');
    const ref = `refs/${call.path['ref']}`;
    if (!repository.refs.has(ref)) throw notFound();
    return { status: 200, body: refShape(call, repository, ref) };
  },
  'git/create-ref': createRef,
  'git/update-ref': (call) => {
    const repository = repositoryOf(call);
    const { sha, force = false } = call.body as { sha: string; force?: boolean };
    const ref = `refs/${call.path['ref']}`;
    moveRef(repository, ref, sha, force);
    return { status: 200, body: refShape(call, repository, ref) };
  },
  'git/delete-ref': (call) => {
    const repository = repositoryOf(call);
    const ref = `refs/${call.path['ref']}`;
    if (!repository.refs.has(ref)) throw unprocessable('Reference does not exist');
    checkProtected(repository, ref);
    const kept = repository.releases.some((one) => one.immutable && ref === `refs/tags/${one.tag}`);
    if (kept) throw unprocessable('Cannot delete the tag of an immutable release.');
    repository.refs.delete(ref);
    return { status: 204 };
  },
  'git/list-matching-refs': (call) => {
    const repository = repositoryOf(call);
    const start = `refs/${call.path['ref']}`;
    const matching = [...repository.refs.keys()].filter((ref) => ref.startsWith(start)).sort();
    return listed(call, matching, (ref) => refShape(call, repository, ref));
  },
  'git/create-tag': createTag,
  'git/get-tag': (call) => {
    const repository = repositoryOf(call);
    const sha = String(call.path['tag_sha']);
    const tag = getObject(repository.objects, 'tag', sha);
    if (!tag) throw notFound();
    return { status: 200, body: tagShape(call, repository, sha, tag) };
  },
};
