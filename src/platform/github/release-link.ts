import { changeRelease, releaseById } from '../../github/releases.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Ensured } from '../types.ts';

/** A version that a release led to. */
export interface LinkedVersion {
  tag: string;
  url: string | null;
}

const begin = '<!-- trainyard:versions -->';
const end = '<!-- /trainyard:versions -->';

/**
 * Says in the text of a person's release which versions came of it; what they wrote stays. Nothing else of it is touched:
 * an immutable release takes no files, but its text may change. One that is gone meanwhile is `skipped`.
 */
export async function linkVersions(
  client: GitHubClient,
  releaseId: number,
  versions: readonly LinkedVersion[],
): Promise<Ensured> {
  const release = await releaseById(client, releaseId);
  if (release === null) return 'skipped';
  const body = withLinks(release.body, versions);
  if (body === release.body) return 'unchanged';
  await changeRelease(client, releaseId, { body });
  return 'updated';
}

function withLinks(body: string, versions: readonly LinkedVersion[]): string {
  const lines = versions.map(({ tag, url }) => `- ${url === null ? `\`${tag}\`` : `[\`${tag}\`](${url})`}`);
  const block = [begin, '**Models**', '', ...lines, end].join('\n');
  const [from, to] = [body.indexOf(begin), body.indexOf(end)];
  if (from >= 0 && to > from) return body.slice(0, from) + block + body.slice(to + end.length);
  return body === '' ? block : `${body.trimEnd()}\n\n${block}`;
}
