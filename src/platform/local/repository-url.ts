/**
 * Web address of a remote, without credentials: `https://host/owner/name` for https, ssh and scp-like remotes;
 * `null` for a folder or anything else that has no page.
 */
export function repositoryUrl(remote: string | null): string | null {
  if (remote === null) return null;
  const scp = /^(?:[^@/:\s]+@)?([A-Za-z0-9.-]{2,}):(?!\/\/)([^\\].*)$/.exec(remote);
  const text = scp ? `ssh://${scp[1]}/${scp[2]}` : remote;
  if (!/^(?:https?|ssh|git):\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const path = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  if (url.hostname === '' || path === '') return null;
  const web = url.protocol === 'http:' || url.protocol === 'https:';
  return `${web ? url.protocol : 'https:'}//${web ? url.host : url.hostname}${path}`;
}
