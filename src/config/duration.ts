const longestSeconds = 24 * 86_400;

/**
 * Seconds of a duration as users write it: `90s`, `30m`, `2h`, `1h30m`, or a number of seconds. `null` when it is
 * none, not positive, or above 24 days (longer than a timer can run).
 */
export function parseDuration(value: string | number): number | null {
  const seconds = typeof value === 'number' ? value : secondsOf(value);
  return seconds > 0 && seconds <= longestSeconds ? seconds : null;
}

function secondsOf(text: string): number {
  const parts = /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (parts === null) return Number.NaN;
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
