import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { readBundleDocument } from '../../formats/bundle.ts';
import { readRunRecord } from '../../formats/run-record.ts';
import type { Handover, RunContext } from '../../platform/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { Bundle } from '../../schema/bundle.types.ts';
import type { RunRecord } from '../../schema/run.types.ts';

/** Largest bundle.json or record that is read. */
const documentBytes = 64 * 1024 * 1024;

/** A bundle of another job, with everything it says checked for form and commit. */
export interface OpenBundle {
  name: string;
  folder: string;
  document: Bundle;
  /** The record at a path of the bundle. */
  record(path: string): Promise<RunRecord>;
}

/**
 * Takes the bundles that jobs of the run at hand left, into folders below `folder`. They come from jobs that ran the
 * project's code: one that is broken, or about another commit than this run, is a ConfigError.
 */
export async function takeBundles(
  runtime: Runtime,
  handover: Pick<Handover, 'take'>,
  context: RunContext,
  folder: string,
): Promise<OpenBundle[]> {
  const bundles: OpenBundle[] = [];
  for (const taken of await handover.take(folder)) {
    const file = `${taken.name}/bundle.json`;
    const text = await documentText(runtime, join(taken.folder, 'bundle.json'), file);
    if (text === null) throw new ConfigError(`${taken.name} has no bundle.json.`, { place: { file } });
    const document = readBundleDocument(text, file);
    requireCommit(document, context, file);
    bundles.push({ ...taken, document, record: (path) => recordAt(runtime, taken, path, context) });
  }
  return bundles.sort((a, b) => (a.document.key < b.document.key ? -1 : 1));
}

/** A head of another run, or a merge that this run did not build, says nothing about this commit. */
function requireCommit({ head_sha, built_sha }: Bundle, context: RunContext, file: string): void {
  const { headSha, builtSha } = context;
  const otherHead = head_sha !== headSha;
  if (!otherHead && (builtSha === null || built_sha === builtSha)) return;
  const [claimed, wanted] = otherHead ? [head_sha, headSha] : [built_sha, builtSha];
  throw new ConfigError(
    `${file} is about commit ${claimed?.slice(0, 7) ?? 'none'}, and this run about ${wanted?.slice(0, 7) ?? 'none'}.`,
    { place: { file }, expected: 'a bundle of this run', hint: 'Run the whole workflow again.' },
  );
}

/** A document of more bytes than ours ever have would fill the memory before it is refused. */
async function documentText({ files }: Runtime, path: string, file: string): Promise<string | null> {
  const bytes = (await files.info(path))?.bytes ?? 0;
  if (bytes <= documentBytes) return files.readText(path);
  throw new ConfigError(`${file} has ${bytes} bytes.`, {
    place: { file },
    expected: `at most ${documentBytes / 1024 / 1024} MiB`,
  });
}

/** Readers take a link in the report for ours: one that leads out of the repository is left out. */
function withoutForeignLink(record: RunRecord, { repositoryUrl }: RunContext): RunRecord {
  const { url } = record;
  const href = url !== null && URL.canParse(url) ? new URL(url).href : '';
  return { ...record, url: repositoryUrl !== null && href.startsWith(`${repositoryUrl}/`) ? url : null };
}

async function recordAt(
  runtime: Runtime,
  { name, folder }: { name: string; folder: string },
  path: string,
  context: RunContext,
): Promise<RunRecord> {
  const file = `${name}/${path}`;
  const text = await documentText(runtime, join(folder, path), file);
  if (text !== null) return withoutForeignLink(readRunRecord(text, file), context);
  throw new ConfigError(`${file} is missing.`, { place: { file }, expected: 'the record it names' });
}
