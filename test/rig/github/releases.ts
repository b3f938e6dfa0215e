import { byId, type Call, type Handlers, repositoryOf, userOf } from './call.ts';
import { listed } from './paging.ts';
import { allows } from './permissions.ts';
import type { Asset, Release } from './records.ts';
import { invalidField, notFound, unprocessable } from './refusals.ts';
import { assetShape, releaseShape } from './release-shapes.ts';
import { resolveCommit } from './revisions.ts';
import { signedUrl } from './signed.ts';
import { type Repository, stamp, timestamp } from './state.ts';

interface ReleaseBody {
  tag_name?: string;
  target_commitish?: string;
  name?: string;
  body?: string;
  draft?: boolean;
  prerelease?: boolean;
}

const longestBody = 125_000;

/** Publishing makes the tag where there is none. */
function publish(call: Call, repository: Repository, release: Release): void {
  const ref = `refs/tags/${release.tag}`;
  if (repository.burntTags.has(release.tag))
    throw invalidField('Release', 'tag_name', 'custom', 'tag_name was used by an immutable release');
  if (repository.releases.some((other) => other !== release && !other.draft && other.tag === release.tag))
    throw invalidField('Release', 'tag_name', 'already_exists');
  if (!repository.refs.has(ref)) {
    const sha = resolveCommit(repository, release.target);
    if (sha === null) throw invalidField('Release', 'target_commitish', 'invalid');
    repository.refs.set(ref, sha);
  }
  release.draft = false;
  release.published = timestamp(call.state.now());
  release.immutable = repository.immutableReleases;
  if (release.immutable) repository.burntTags.add(release.tag);
}

/** Of an immutable release only title, text and flags change. */
function requireMutable({ immutable }: Release, what: string): void {
  if (immutable) throw unprocessable(`Cannot ${what} an immutable release.`);
}

function apply(release: Release, body: ReleaseBody): void {
  if ((body.body ?? '').length > longestBody)
    throw invalidField(
      'Release',
      'body',
      'custom',
      `body is too long (maximum is ${longestBody} characters)`,
    );
  release.tag = body.tag_name ?? release.tag;
  release.target = body.target_commitish ?? release.target;
  release.name = body.name ?? release.name;
  release.body = body.body ?? release.body;
  release.prerelease = body.prerelease ?? release.prerelease;
}

function create(call: Call) {
  const repository = repositoryOf(call);
  const body = call.body as ReleaseBody;
  const release: Release = {
    ...stamp(call.state),
    ...{ author: userOf(call), tag: '', target: repository.defaultBranch, name: null, body: '' },
    ...{ draft: true, prerelease: false, published: null, immutable: false, assets: [] },
  };
  apply(release, body);
  if (!body.draft) publish(call, repository, release);
  repository.releases.push(call.state.visibility.created(release));
  return { status: 201, body: releaseShape(call, repository, release) };
}

function upload(call: Call) {
  const { repository, release } = at(call);
  const { name } = call.query;
  requireMutable(release, 'upload assets to');
  if (call.bytes.length === 0)
    throw invalidField('ReleaseAsset', 'size', 'custom', 'size must be greater than 0');
  if (release.assets.some((asset) => asset.name === name))
    throw invalidField('ReleaseAsset', 'name', 'already_exists');
  const asset = assetOf(call);
  release.assets.push(asset);
  return { status: 201, body: assetShape(call, repository, release, asset) };
}

function assetOf(call: Call): Asset {
  const { name, label = '' } = call.query;
  return {
    ...stamp(call.state),
    ...{
      name: String(name),
      label: String(label),
      contentType: call.headers['content-type'] ?? 'application/octet-stream',
    },
    ...{ bytes: call.bytes, uploader: userOf(call) },
  };
}

/** An upload whose sender went away: what arrived stays as an asset that is no whole one and keeps its name. */
export function breakOff(call: Call): void {
  const { release } = at(call);
  if (release.assets.some(({ name }) => name === call.query['name'])) return;
  release.assets.push({ ...assetOf(call), state: 'open' });
}

function at(call: Call) {
  const repository = repositoryOf(call);
  const release = byId(repository.releases, call.path['release_id']);
  if (!isShown(call, release)) throw notFound();
  return { repository, release };
}

/** Drafts are for those who may write. */
function isShown({ token }: Call, release: Release): boolean {
  return !release.draft || (token !== null && allows(token, 'contents', 'write'));
}

function assetAt(call: Call) {
  const repository = repositoryOf(call);
  const all = repository.releases.flatMap((release) =>
    release.assets.map((asset) => ({ id: asset.id, release, asset })),
  );
  const found = byId(all, call.path['asset_id']);
  if (!isShown(call, found.release)) throw notFound();
  return { repository, ...found };
}

export const releases: Handlers = {
  'repos/create-release': create,
  'repos/update-release': (call) => {
    const { repository, release } = at(call);
    const body = call.body as ReleaseBody;
    if ((body.tag_name ?? release.tag) !== release.tag) requireMutable(release, 'change the tag of');
    apply(release, body);
    if (body.draft === false && release.draft) publish(call, repository, release);
    release.updated = timestamp(call.state.now());
    return { status: 200, body: releaseShape(call, repository, release) };
  },
  'repos/delete-release': (call) => {
    const { repository, release } = at(call);
    repository.releases.splice(repository.releases.indexOf(release), 1);
    return { status: 204 };
  },
  'repos/get-release': (call) => {
    const { repository, release } = at(call);
    return { status: 200, body: releaseShape(call, repository, release) };
  },
  'repos/get-release-by-tag': (call) => {
    const repository = repositoryOf(call);
    const release = repository.releases.find(({ draft, tag }) => !draft && tag === call.path['tag']);
    if (!release) throw notFound();
    return { status: 200, body: releaseShape(call, repository, release) };
  },
  'repos/list-releases': (call) => {
    const repository = repositoryOf(call);
    const shown = call.state.visibility
      .shown(repository.releases.filter((release) => isShown(call, release)))
      .reverse();
    return listed(call, shown, (release) => releaseShape(call, repository, release));
  },
  'repos/upload-release-asset': upload,
  'repos/list-release-assets': (call) => {
    const { repository, release } = at(call);
    return listed(call, release.assets, (asset) => assetShape(call, repository, release, asset));
  },
  'repos/get-release-asset': (call) => {
    const { repository, release, asset } = assetAt(call);
    if (call.headers['accept']?.includes('application/octet-stream'))
      return {
        status: 302,
        headers: { location: signedUrl(call.state, call.places, `/assets/${asset.id}`, 'read', 5) },
      };
    return { status: 200, body: assetShape(call, repository, release, asset) };
  },
  'repos/delete-release-asset': (call) => {
    const { release, asset } = assetAt(call);
    requireMutable(release, 'delete assets of');
    release.assets.splice(release.assets.indexOf(asset), 1);
    return { status: 204 };
  },
};
