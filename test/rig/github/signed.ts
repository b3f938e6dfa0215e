import { createHash } from 'node:crypto';
import type { Places } from './call.ts';
import type { State } from './state.ts';

export type Right = 'read' | 'write';

/** An address that works for anybody, for so many minutes. */
export function signedUrl(state: State, places: Places, path: string, right: Right, minutes: number): string {
  const until = new Date(state.now().getTime() + minutes * 60_000).toISOString();
  const query = new URLSearchParams({
    se: until,
    sp: right[0] as string,
    sig: signature(path, right, until),
  });
  return `${places.blobs}${path}?${query}`;
}

/** Whether an address was signed here for this right and still holds. */
export function isSigned(state: State, address: URL, right: Right): boolean {
  const [until, sig] = [address.searchParams.get('se') ?? '', address.searchParams.get('sig')];
  const stands = Date.parse(until) > state.now().getTime();
  return stands && sig === signature(address.pathname, right, until);
}

function signature(path: string, right: Right, until: string): string {
  return createHash('sha256').update(`${path}\n${right}\n${until}`).digest('base64');
}
