import { getObject, type ObjectStore } from './git-objects.ts';
import type { Repository } from './state.ts';

const fullSha = /^[0-9a-f]{40}$/;
const shortSha = /^[0-9a-f]{4,39}$/;

/** Tags followed to what they stand for. */
export function peeled(store: ObjectStore, sha: string): string {
  const tag = getObject(store, 'tag', sha);
  return tag ? peeled(store, tag.object) : sha;
}

/** Full id of the commit a branch, tag, full ref or (shortened) id names; `null` when it names none. */
export function resolveCommit(repository: Repository, name: string): string | null {
  const { refs, objects } = repository;
  const wanted = name === 'HEAD' ? repository.defaultBranch : name;
  const named = [wanted, `refs/${wanted}`, `refs/heads/${wanted}`, `refs/tags/${wanted}`]
    .map((ref) => refs.get(ref))
    .find((sha) => sha !== undefined);
  const sha = named ?? resolveId(objects, wanted);
  const commit = sha === null ? null : peeled(objects, sha);
  return commit !== null && getObject(objects, 'commit', commit) ? commit : null;
}

function resolveId(objects: ObjectStore, text: string): string | null {
  if (fullSha.test(text)) return objects.has(text) ? text : null;
  if (!shortSha.test(text)) return null;
  const fitting = [...objects.keys()].filter((id) => id.startsWith(text));
  return fitting.length === 1 ? (fitting[0] as string) : null;
}
