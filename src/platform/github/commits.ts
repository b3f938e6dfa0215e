import { isSha, pathInTree } from '../../git/names.ts';
import { isRefusal, orNull } from '../../github/failures.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import type { CommitInfo, Platform } from '../types.ts';

type Commits = Pick<Platform, 'readFileAt' | 'folderAt' | 'commit' | 'firstParents'>;

interface CommitAnswer {
  sha: string;
  commit: { tree: { sha: string }; message: string; committer: { date?: string } | null };
  parents: { sha: string }[];
}

interface ContentAnswer {
  type?: string;
  sha?: string;
  encoding?: string;
  content?: string;
}

const reading = 'contents: read';

/** Pages of 100 commits that a walk along first parents reads at most. */
const walkPages = 5;

/** Commits and files of the repository, by REST. What was read once is kept: a commit never changes. */
export function createCommits(client: GitHubClient): Commits {
  const { owner, repo } = client;
  const known = new Map<string, CommitInfo>();
  const texts = new Map<string, Promise<string | null>>();
  const folders = new Map<string, Promise<string | null>>();

  const remember = (answer: CommitAnswer): CommitInfo => {
    const info = commitInfo(answer);
    known.set(info.sha, info);
    return info;
  };
  const commit = async (revision: string): Promise<CommitInfo | null> => {
    if (!isRevision(revision)) return null;
    const there = known.get(revision);
    if (there) return there;
    const path = at`/repos/${owner}/${repo}/commits/${revision}`;
    const answer = await orNull(
      client.rest<CommitAnswer>({ method: 'GET', path, needs: reading }),
      404,
      409,
      422,
    );
    return answer && remember(answer.data);
  };

  const readText = async (sha: string, clean: string): Promise<string | null> => {
    const folder = at`/repos/${owner}/${repo}/contents/`;
    const file = clean.split('/').map(encodeURIComponent).join('/');
    const call = { method: 'GET', path: folder + file, query: { ref: sha }, needs: reading } as const;
    const answer = await orNull(client.rest<ContentAnswer | unknown[]>(call), 404, 409, 422);
    if (answer === null || Array.isArray(answer.data)) return null;
    return textOf(client, answer.data);
  };

  return {
    commit,

    async folderAt(sha, name) {
      const found = isSha(sha) ? await commit(sha) : null;
      if (found === null) return null;
      const place = `${found.tree}:${name}`;
      const there = folders.get(place) ?? folderIn(client, found.tree, name);
      folders.set(place, there);
      return there;
    },

    async firstParents(sha, count) {
      if (count <= 0 || !isSha(sha)) return [];
      const query = { sha, per_page: Math.min(100, Math.max(10, count * 2)) };
      const path = at`/repos/${owner}/${repo}/commits`;
      const listed = client.pages<CommitAnswer, CommitAnswer[]>(
        { method: 'GET', path, query, needs: reading },
        (page) => page,
        walkPages,
      );
      return followed(listed, sha, count, remember);
    },

    async readFileAt(sha, path) {
      const clean = pathInTree(path);
      if (!isSha(sha) || clean === null) return null;
      const name = `${sha}:${clean}`;
      const there = texts.get(name) ?? readText(sha, clean);
      texts.set(name, there);
      return there;
    },
  };
}

/** Id of a folder at the root of a tree; `null` where there is none. */
async function folderIn(client: GitHubClient, tree: string, name: string): Promise<string | null> {
  const path = at`/repos/${client.owner}/${client.repo}/git/trees/${tree}`;
  const call = { method: 'GET', path, needs: reading } as const;
  const answer = await orNull(client.rest<{ tree: { path: string; sha: string }[] }>(call), 404, 422);
  return answer?.data.tree.find((entry) => entry.path === name)?.sha ?? null;
}

/** A sha, tag or branch as GitHub takes it; nothing that could be read as something else. */
function isRevision(text: string): boolean {
  return /^[^\s\p{Cc}~^:?*[\\-][^\s\p{Cc}~^:?*[\\]{0,250}$/u.test(text) && !text.includes('..');
}

/** GitHub lists every commit behind `sha`, children before parents; the first parents are picked out. */
async function followed(
  listed: AsyncIterable<CommitAnswer>,
  sha: string,
  count: number,
  remember: (answer: CommitAnswer) => CommitInfo,
): Promise<CommitInfo[]> {
  const seen = new Map<string, CommitInfo>();
  const chain: CommitInfo[] = [];
  let wanted: string | undefined = sha;
  try {
    for await (const answer of listed) {
      seen.set(answer.sha, remember(answer));
      for (let next = seen.get(wanted ?? ''); next; next = seen.get(wanted ?? '')) {
        chain.push(next);
        [wanted] = next.parents;
        if (chain.length >= count || wanted === undefined) return chain;
      }
    }
  } catch (error) {
    if (chain.length === 0 && isRefusal(error, 404, 409, 422)) return [];
    throw error;
  }
  return chain;
}

async function textOf(client: GitHubClient, file: ContentAnswer): Promise<string | null> {
  if (file.type !== 'file' || file.sha === undefined) return null;
  const whole = file.encoding === 'base64' && file.content !== undefined;
  const content = whole ? file.content : await blobContent(client, file.sha);
  const bytes = Buffer.from(content ?? '', 'base64');
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Files over 1 MB come without their content. */
async function blobContent({ owner, repo, rest }: GitHubClient, sha: string): Promise<string> {
  const path = at`/repos/${owner}/${repo}/git/blobs/${sha}`;
  const { data } = await rest<{ content: string }>({ method: 'GET', path, needs: reading });
  return data.content;
}

function commitInfo({ sha, commit, parents }: CommitAnswer): CommitInfo {
  return {
    sha,
    tree: commit.tree.sha,
    parents: parents.map((parent) => parent.sha),
    date: commit.committer?.date ?? '',
    subject: commit.message.split('\n', 1)[0] ?? '',
  };
}
