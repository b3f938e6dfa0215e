import { createHash } from 'node:crypto';
import type { Call } from './call.ts';
import type { Asset, Release } from './records.ts';
import { nodeId, repositoryPage, repositoryUrl, userShape } from './shapes.ts';
import type { Repository } from './state.ts';

export function assetShape(call: Call, repository: Repository, release: Release, asset: Asset): unknown {
  const { name, label, contentType, bytes, state = 'uploaded' } = asset;
  return {
    ...{
      id: asset.id,
      node_id: nodeId('RA', asset.id),
      name,
      label,
      content_type: contentType,
      size: bytes.length,
    },
    ...{
      state,
      download_count: 0,
      digest: state === 'uploaded' ? `sha256:${createHash('sha256').update(bytes).digest('hex')}` : null,
    },
    url: `${repositoryUrl(call.places, repository)}/releases/assets/${asset.id}`,
    browser_download_url: `${repositoryPage(call.places, repository)}/releases/download/${encodeURIComponent(release.tag)}/${encodeURIComponent(name)}`,
    uploader: userShape(call.places, asset.uploader),
    ...{ created_at: asset.created, updated_at: asset.updated },
  };
}

export function releaseShape(call: Call, repository: Repository, release: Release): unknown {
  const [base, page] = [repositoryUrl(call.places, repository), repositoryPage(call.places, repository)];
  const url = `${base}/releases/${release.id}`;
  const { tag, target, name, body, draft, prerelease, immutable } = release;
  const ball = (kind: string) => (draft ? null : `${base}/${kind}/${encodeURIComponent(tag)}`);
  return {
    ...{
      id: release.id,
      node_id: nodeId('RE', release.id),
      tag_name: tag,
      target_commitish: target,
      name,
      body,
      draft,
      prerelease,
      immutable,
    },
    ...{
      url,
      assets_url: `${url}/assets`,
      html_url: `${page}/releases/tag/${encodeURIComponent(draft ? `untagged-${release.id}` : tag)}`,
    },
    upload_url: `${call.places.uploads}/repos/${repository.fullName}/releases/${release.id}/assets{?name,label}`,
    ...{ tarball_url: ball('tarball'), zipball_url: ball('zipball') },
    author: userShape(call.places, release.author),
    assets: release.assets.map((asset) => assetShape(call, repository, release, asset)),
    ...{ created_at: release.created, updated_at: release.updated, published_at: release.published },
  };
}
