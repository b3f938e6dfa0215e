/**
 * Inputs of other people's actions that our workflows may use, as their action.yml has them at these versions. An action
 * that is not here is a problem of the workflow that uses it.
 */
export const knownActions: Readonly<
  Record<string, { inputs: readonly string[]; required?: readonly string[] }>
> = {
  // v5
  'actions/checkout': {
    inputs: words(
      'repository ref token ssh-key ssh-known-hosts ssh-strict ssh-user persist-credentials path clean filter sparse-checkout sparse-checkout-cone-mode fetch-depth fetch-tags show-progress lfs submodules set-safe-directory github-server-url',
    ),
  },
  // v6
  'actions/setup-python': {
    inputs: words(
      'python-version python-version-file cache architecture check-latest token cache-dependency-path update-environment allow-prereleases freethreaded pip-version pip-install',
    ),
  },
  // v6
  'actions/setup-node': {
    inputs: words(
      'node-version node-version-file architecture check-latest registry-url scope token cache cache-dependency-path package-manager-cache mirror mirror-token always-auth',
    ),
  },
  // v4
  'actions/upload-artifact': {
    inputs: words(
      'name path if-no-files-found retention-days compression-level overwrite include-hidden-files',
    ),
    required: ['path'],
  },
  // v5
  'actions/download-artifact': {
    inputs: words('name artifact-ids path pattern merge-multiple github-token repository run-id'),
  },
};

function words(text: string): string[] {
  return text.split(' ');
}
