import { dirname, join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { pathInTree } from '../../git/names.ts';
import { requireRunId } from '../../platform/names.ts';
import type { Random, Runtime } from '../../runtime/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { otherBytes, requireDigest } from '../verified.ts';

/** One model file of a record: `path` stays below any folder. */
export interface CandidateFile {
  path: string;
  bytes: number;
  sha256: string;
}

/** Id of the run that made the files: a promoted record's are those of the run it was promoted from. */
export function candidateRun(record: RunRecord): string {
  return requireRunId(record.promoted_from ?? record.id);
}

/** The files of a record, each path once. A record is a stranger's data: a path that leads elsewhere is a ConfigError. */
export function candidateFiles(record: RunRecord): CandidateFile[] {
  const files = new Map<string, CandidateFile>();
  for (const { path, bytes, sha256 } of record.artifacts) {
    files.set(path, { path: safePath(path), bytes, sha256: requireDigest(sha256) });
  }
  return [...files.values()];
}

function safePath(path: string): string {
  const taken = path.split('/').some((part) => /^(?:\.git|git~\d+|\.trainyard)[ .]*$/i.test(part));
  const foreign = path.includes('\\') || /^[A-Za-z]:/.test(path);
  if (pathInTree(path) !== null && !taken && !foreign) return path;
  throw new ConfigError(`${JSON.stringify(path.slice(0, 160))} cannot be the path of a model file.`, {
    expected: 'a path below the folder of the model, and none of git or Trainyard',
    hint: 'The run record is not one that Trainyard wrote: do not use it.',
  });
}

/** Throws a ConfigError unless all files lie below `folder` with the bytes that the record promises. */
export async function requireFiles(
  { files }: Pick<Runtime, 'files'>,
  wanted: readonly CandidateFile[],
  folder: string,
): Promise<void> {
  for (const { path, bytes, sha256 } of wanted) {
    const info = await files.info(join(folder, path));
    if (info?.kind !== 'file') throw otherBytes(join(folder, path), sha256, null);
    if (info.bytes !== bytes) throw otherSize(join(folder, path), bytes, info.bytes);
  }
  const found = await files.sha256(wanted.map(({ path }) => join(folder, path)));
  for (const [i, { path, sha256 }] of wanted.entries()) {
    if (found[i] !== sha256) throw otherBytes(join(folder, path), sha256, found[i] ?? null);
  }
}

function otherSize(file: string, told: number, found: number): ConfigError {
  return new ConfigError(`${file} is not what it was: it has ${found} bytes, not ${told}.`, {
    place: { file },
    hint: 'Something else wrote to the file meanwhile; run again.',
  });
}

/**
 * Fetches files into a folder of their own, and moves them to their paths below `folder` once all are there with the
 * right bytes. `fetch` gives false for a file the store does not have; then, and for wrong bytes, nothing is moved.
 * `proven`: what it brings has been compared with its digest, so that a large model is not hashed twice.
 */
export async function bringAll(
  runtime: Pick<Runtime, 'files' | 'random'>,
  wanted: readonly CandidateFile[],
  folder: string,
  fetch: (file: CandidateFile, to: string) => Promise<boolean>,
  { proven = false } = {},
): Promise<boolean> {
  const { files, random } = runtime;
  const stage = stageIn(random, folder);
  const place = (index: number) => join(stage, String(index));
  try {
    await files.makeFolder(stage);
    for (const [i, file] of wanted.entries()) if (!(await fetch(file, place(i)))) return false;
    const found = proven ? null : await files.sha256(wanted.map((_, i) => place(i)));
    if (found !== null && wanted.some(({ sha256 }, i) => found[i] !== sha256)) return false;
    for (const { path } of wanted) await refuseLinks(runtime, folder, path);
    for (const [i, { path }] of wanted.entries()) {
      await files.makeFolder(dirname(join(folder, path)));
      await files.rename(place(i), join(folder, path));
    }
    return true;
  } finally {
    await files.remove(stage);
  }
}

/** A name below `folder` that nothing else has. */
export function stageIn(random: Random, folder: string): string {
  return join(folder, `.candidate-${Buffer.from(random.bytes(8)).toString('hex')}.tmp`);
}

/** A folder on the way that is a link would take the file elsewhere. */
async function refuseLinks({ files }: Pick<Runtime, 'files'>, folder: string, path: string): Promise<void> {
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    const at = join(folder, ...parts.slice(0, depth));
    const kind = (await files.info(at))?.kind ?? 'directory';
    if (kind === 'directory') continue;
    throw new ConfigError(`${at} is in the way of the model file ${path}: it is no folder.`, {
      place: { file: at },
      expected: 'a folder, or nothing',
      hint: 'Remove it, or take the model to an empty folder.',
    });
  }
}
