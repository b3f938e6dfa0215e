import type { Runtime } from '../runtime/types.ts';

/**
 * The proxy that the environment names for an address, `null` when a request to it goes straight. It reads the
 * variables as @actions/github does, which then sends the request: names in either case, `no_proxy` with hosts, domains
 * and `*`, never for this machine itself. A value without `http://` is no address and is not used there: that is warned of.
 */
export function proxyOf(address: string, { env, log }: Pick<Runtime, 'env' | 'log'>): URL | null {
  const { protocol, hostname, port } = new URL(address);
  const kind = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const name = env[kind] ? kind : kind.toUpperCase();
  const value = env[name];
  if (!value || isThisMachine(hostname)) return null;
  const host = hostname.toLowerCase();
  const hosts = [host, `${host}:${port || (protocol === 'https:' ? '443' : '80')}`];
  const straight = (env['no_proxy'] || env['NO_PROXY'] || '').toLowerCase().split(',');
  if (straight.some((item) => covers(item.trim(), hosts))) return null;
  const proxy = addressOf(value);
  if (proxy === null) log.warn(`${name} is no address that begins with http:// or https://: it is not used.`);
  return proxy;
}

function covers(item: string, hosts: readonly string[]): boolean {
  if (item === '') return false;
  const domain = item.startsWith('.') ? item : `.${item}`;
  return item === '*' || hosts.some((host) => host === item || host.endsWith(domain));
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
}

/** `10.0.0.1:3128` is no URL and gets the scheme; `proxy.corp:3128` is one, of a scheme called `proxy.corp`. */
function addressOf(value: string): URL | null {
  const whole = URL.canParse(value) || /^https?:/.test(value) ? value : `http://${value}`;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  return url?.hostname ? url : null;
}
