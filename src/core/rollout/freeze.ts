import type { FreezeWindow } from './types.ts';

/** The first window that a moment (ms since 1970) lies in; `null` when nothing is frozen. */
export function frozenBy(windows: readonly FreezeWindow[], now: number): FreezeWindow | null {
  const day = new Date(now).getUTCDay();
  const holds = ({ from, to, days }: FreezeWindow) =>
    (from === null || now >= from) && (to === null || now < to) && (days.length === 0 || days.includes(day));
  return windows.find(holds) ?? null;
}
