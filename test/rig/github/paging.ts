import type { Call } from './call.ts';

export interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

/** GitHub takes at most 100 a page whatever is asked for, and 30 when nothing is. */
export function pageOf<T>(call: Call, all: readonly T[], standard = 30): Page<T> {
  const size = Math.min(100, Math.max(1, Number(call.query['per_page'] ?? standard)));
  const page = Math.max(1, Number(call.query['page'] ?? 1));
  const last = Math.max(1, Math.ceil(all.length / size));
  const links: [string, number][] = [];
  if (page > 1) links.push(['prev', page - 1]);
  if (page < last) links.push(['next', page + 1], ['last', last]);
  if (page > 1) links.push(['first', 1]);
  const link = links.map(([rel, number]) => `<${addressOf(call, number)}>; rel="${rel}"`).join(', ');
  return { items: all.slice((page - 1) * size, page * size), headers: link === '' ? {} : { link } };
}

function addressOf(call: Call, page: number): string {
  const address = new URL(call.address);
  address.searchParams.set('page', String(page));
  return address.href;
}

/** Like `pageOf`, in the envelope that Actions and Checks lists come in. */
export function counted<T>(call: Call, name: string, all: readonly T[], shape: (item: T) => unknown) {
  const { items, headers } = pageOf(call, all);
  return { status: 200, headers, body: { total_count: all.length, [name]: items.map(shape) } };
}

/** The page as a plain list. */
export function listed<T>(call: Call, all: readonly T[], shape: (item: T) => unknown) {
  const { items, headers } = pageOf(call, all);
  return { status: 200, headers, body: items.map(shape) };
}
