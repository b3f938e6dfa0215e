import type { GitHubSite } from '../rig/site.ts';

/** A change on a branch of its own, with its pull request; gives its number. */
export function propose(site: GitHubSite, edit: [string, string, string], branch = 'change'): number {
  const { project, github, repository } = site;
  project.branch(branch, 'main');
  project.edit(...edit);
  project.commit();
  site.push();
  return github.state.pullRequest(repository, { head: branch }).number;
}
