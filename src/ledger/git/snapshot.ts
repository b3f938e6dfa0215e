import type { Git, GitObject } from '../../git/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { notALedger } from '../changes.ts';
import { parseIndex } from '../index-file.ts';
import * as layout from '../layout.ts';
import { parseRecord } from '../record-file.ts';
import { localRef, remoteRef, textOf } from './read.ts';

/** All an append has to know of the ledger, read in one go. */
export interface Snapshot {
  /** Commit to build upon; `null` starts the ledger. */
  parent: string | null;
  /** Commits the ledger is read from: ours, and what was last fetched. */
  places: string[];
  /** Records of this commit and model at these places, the parent's first. */
  records: RunRecord[];
  /** The record at the parent. */
  atParent: RunRecord | null;
  /** The index at the parent. */
  head: layout.IndexHead;
}

/** Looks at the branch for an append of this commit and model. A branch of that name that is no ledger: ConfigError. */
export async function takeSnapshot(git: Git, sha: string, model: string): Promise<Snapshot> {
  const { parent, places } = await findTips(git);
  if (parent === null) {
    return { parent, places, records: [], atParent: null, head: { segments: 0, entries: [] } };
  }
  const [marker, headFile, ...files] = [
    `${parent}:${layout.markerPath}`,
    `${parent}:${layout.headPath(model)}`,
    ...places.map((place) => `${place}:${layout.recordPath(sha, model)}`),
  ];
  const names = [marker, headFile, ...files].filter((name) => name !== undefined);
  const [markerObject, headObject, ...objects] = await git.readObjects(names);
  if (!markerObject) throw notALedger();
  const records = objects.map((object, i) =>
    parsed(object, files[i] as string, (text, name) => parseRecord(text, name, sha, model)),
  );
  return {
    parent,
    places,
    records: records.filter((record) => record !== null),
    atParent: records[0] ?? null,
    head: parsed(headObject ?? null, headFile as string, parseIndex) ?? { segments: 0, entries: [] },
  };
}

/** Builds upon the local branch, or upon the fetched one where that is ahead or the only one. */
export async function findTips(git: Git): Promise<{ parent: string | null; places: string[] }> {
  const refs = await git.refs([localRef, remoteRef]);
  const tipOf = (ref: string) => refs.find(({ name }) => name === ref)?.object ?? null;
  const [local, remote] = [tipOf(localRef), tipOf(remoteRef)];
  const behind =
    local !== null && remote !== null && local !== remote && (await git.isAncestor(local, remote));
  const parent = behind ? remote : (local ?? remote);
  const places = [...new Set([parent, local, remote])].filter((place) => place !== null);
  return { parent, places };
}

function parsed<T>(
  object: GitObject | null,
  name: string,
  parse: (text: string, name: string) => T,
): T | null {
  return object === null ? null : parse(textOf(object, name), name);
}
