import { queryRepository } from '../../github/repository.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import { broken } from '../index-file.ts';
import { ledgerBranch } from '../layout.ts';

/** Files of the ledger as they were at one commit. */
export interface FilesAt {
  /** The commit all of them were read from; `null` when the branch does not exist. */
  commit: string | null;
  /** Text by the order of the paths asked for; `null` where there is none. */
  texts: (string | null)[];
}

interface BlobAnswer {
  type: string;
  object: { oid?: string; text?: string | null; isTruncated?: boolean; isBinary?: boolean | null } | null;
}

type CommitAnswer = { oid: string } & { [file: `f${number}`]: BlobAnswer | null };

const reading = 'contents: read';

/** How messages name a file of the ledger. */
export function fileName(path: string): string {
  return `${ledgerBranch}:${path}`;
}

/** Files at the tip of the branch, all from one commit, in one request. */
export async function readTip(client: GitHubClient, paths: readonly string[]): Promise<FilesAt> {
  const { declared, variables, fields } = filesQuestion(paths, textFields);
  const answer = await queryRepository<{ ref: { target: CommitAnswer | null } | null }>(client, {
    named: 'LedgerTip',
    declared,
    variables: { ...variables, ref: `refs/heads/${ledgerBranch}` },
    fields: `ref(qualifiedName: $ref) { target { ... on Commit { oid ${fields} } } }`,
    needs: reading,
  });
  const commit = answer.ref?.target ?? null;
  return { commit: commit?.oid ?? null, texts: await textsOf(client, commit, paths) };
}

/** Files at a commit, in one request. */
export async function readAtCommit(
  client: GitHubClient,
  sha: string,
  paths: readonly string[],
): Promise<(string | null)[]> {
  const { declared, variables, fields } = filesQuestion(paths, textFields);
  const answer = await queryRepository<{ object: CommitAnswer | null }>(client, {
    named: 'LedgerFiles',
    declared: declared.replace('$ref: String!', '$sha: GitObjectID!'),
    variables: { ...variables, sha },
    fields: `object(oid: $sha) { ... on Commit { oid ${fields} } }`,
    needs: reading,
  });
  return textsOf(client, answer.object, paths);
}

/** Which of the paths are files at the tip, in one request. */
export async function existAtTip(client: GitHubClient, paths: readonly string[]): Promise<boolean[]> {
  const { declared, variables, fields } = filesQuestion(paths, 'type');
  const answer = await queryRepository<{ ref: { target: CommitAnswer | null } | null }>(client, {
    named: 'LedgerHas',
    declared,
    variables: { ...variables, ref: `refs/heads/${ledgerBranch}` },
    fields: `ref(qualifiedName: $ref) { target { ... on Commit { oid ${fields} } } }`,
    needs: reading,
  });
  return paths.map((_, i) => answer.ref?.target?.[`f${i}`]?.type === 'blob');
}

const textFields = 'type object { ... on Blob { oid text isTruncated isBinary } }';

/** One field `f0`, `f1`, … per path, each path a variable. */
function filesQuestion(
  paths: readonly string[],
  fields: string,
): { declared: string; variables: Record<string, string>; fields: string } {
  return {
    declared: ['$ref: String!', ...paths.map((_, i) => `$p${i}: String!`)].join(', '),
    variables: Object.fromEntries(paths.map((path, i) => [`p${i}`, path])),
    fields: paths.map((_, i) => `f${i}: file(path: $p${i}) { ${fields} }`).join(' '),
  };
}

async function textsOf(
  client: GitHubClient,
  commit: CommitAnswer | null,
  paths: readonly string[],
): Promise<(string | null)[]> {
  const texts: (string | null)[] = [];
  for (const [i, path] of paths.entries()) texts.push(await textOf(client, commit?.[`f${i}`] ?? null, path));
  return texts;
}

/** GraphQL cuts large files and leaves out what it takes for binary; these are fetched whole. */
async function textOf(client: GitHubClient, entry: BlobAnswer | null, path: string): Promise<string | null> {
  if (entry === null) return null;
  const { type, object } = entry;
  if (type !== 'blob' || typeof object?.oid !== 'string')
    throw broken(fileName(path), `it is a ${type}, not a file`);
  if (typeof object.text === 'string' && object.isTruncated !== true) return object.text;
  const { owner, repo } = client;
  const { data } = await client.rest<{ content: string }>({
    method: 'GET',
    path: at`/repos/${owner}/${repo}/git/blobs/${object.oid}`,
    needs: reading,
  });
  return Buffer.from(data.content, 'base64').toString('utf8');
}
