/** The scratch repository: made, found again by its description, filled, deleted. */

import { waitFor } from './github.mjs';
import { Problem } from './problem.mjs';

const description = 'Scratch repository of a smoke test of trainyard. It may be deleted at any time.';

/**
 * Makes the repository, or finds one that this script made. Any other repository of that name is a Problem.
 * @returns {Promise<{place: {owner: string, repo: string}, branch: string, made: boolean, isPrivate: boolean}>}
 */
export async function ensureScratch(octokit, { owner, repository: repo, login }) {
  const place = { owner, repo };
  const known = await orNull(octokit.rest.repos.get(place));
  if (known) {
    requireOurs(known);
    return { place, branch: known.default_branch, made: false, isPrivate: known.private };
  }
  const seed = { name: repo, description, private: true, auto_init: true };
  const { data } =
    owner.toLowerCase() === login.toLowerCase()
      ? await octokit.rest.repos.createForAuthenticatedUser(seed)
      : await octokit.rest.repos.createInOrg({ ...seed, org: owner });
  return { place, branch: data.default_branch, made: true, isPrivate: data.private };
}

function requireOurs({ full_name: name, description: said }) {
  if (said === description) return;
  throw new Problem(
    `${name} is there already and was not made by this script: its description would be "${description}" ` +
      'It is left alone. Give another --repository.',
  );
}

/** Deletes it, or says nothing when it is gone. Looks at its description once more. */
export async function deleteScratch(octokit, place) {
  const known = await orNull(octokit.rest.repos.get(place));
  if (known === null) return;
  requireOurs(known);
  await octokit.rest.repos.delete(place);
}

/** Deletes a fork of the scratch repository. */
export async function deleteFork(octokit, place, scratch) {
  const known = await orNull(octokit.rest.repos.get(place));
  if (known?.parent?.full_name === `${scratch.owner}/${scratch.repo}`) await octokit.rest.repos.delete(place);
}

/** `null` for what GitHub does not show. */
export async function orNull(asking) {
  try {
    return (await asking).data;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

/** Where a branch is; waits for a repository that GitHub is still making. */
export function tipOf(octokit, place, branch) {
  return waitFor(
    `branch ${branch} of ${place.owner}/${place.repo}`,
    async () =>
      (await orNull(octokit.rest.git.getRef({ ...place, ref: `heads/${branch}` })))?.object.sha ?? null,
  );
}

/**
 * One commit with these files on `onto`, on a branch that is made or moved to it.
 * @param {object} change `files`, `message`, `branch`, `onto`; with `all` the files are the whole tree
 * @returns {Promise<string | null>} the commit; `null` when the branch has that tree already
 */
export async function commitFiles(octokit, place, { files, message, branch, onto, all = false }) {
  const { data: parent } = await octokit.rest.git.getCommit({ ...place, commit_sha: onto });
  const tree = Object.entries(files).map(([path, content]) => ({
    path,
    mode: '100644',
    type: 'blob',
    content,
  }));
  const base = all ? {} : { base_tree: parent.tree.sha };
  const { data: made } = await octokit.rest.git.createTree({ ...place, ...base, tree });
  if (made.sha === parent.tree.sha) return null;
  const { data: commit } = await octokit.rest.git.createCommit({
    ...place,
    ...{ message, tree: made.sha, parents: [onto] },
  });
  const ref = `heads/${branch}`;
  const known = await orNull(octokit.rest.git.getRef({ ...place, ref }));
  if (known) await octokit.rest.git.updateRef({ ...place, ref, sha: commit.sha, force: true });
  else await octokit.rest.git.createRef({ ...place, ref: `refs/${ref}`, sha: commit.sha });
  return commit.sha;
}
