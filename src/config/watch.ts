import type { Limits, Range } from '../core/rollout/types.ts';
import type { ProbeSection, RangeSection, WatchSection } from '../schema/trainyard.types.ts';
import { complain, inside, onlyOne, type Spot, secondsOf } from './spot.ts';

/** A question whether a placed version answers; `timeout` in seconds. */
export type Probe = { timeout: number } & (
  | { kind: 'http'; url: string; contains: string | null }
  | { kind: 'oip'; url: string; model: string | null; infer: unknown }
  | { kind: 'run'; command: string }
);

/** A metric that is watched during each step; `interval` in seconds. */
export interface Watch extends Limits {
  metric: string;
  interval: number;
  provider:
    | { kind: 'prometheus'; url: string; query: string }
    | { kind: 'json'; url: string; pointer: string }
    | { kind: 'run'; command: string };
}

/** Seconds where the file does not say. */
const probeTimeout = 10;
const measuredEvery = 30;

/** A probe from its section; `null` when it is none. */
export function probeOf(section: ProbeSection, spot: Spot): Probe | null {
  const kind = onlyOne(spot, section, ['http', 'oip', 'run'], 'The probe');
  const timeout = secondsOf(inside(spot, 'timeout'), section.timeout, probeTimeout);
  const { http, oip, run } = section;
  if (kind === 'http' && http !== undefined)
    return { kind, url: http, contains: section.contains ?? null, timeout };
  if (kind === 'oip' && oip !== undefined)
    return { kind, url: oip, model: section.model ?? null, infer: section.infer ?? null, timeout };
  return kind === 'run' && run !== undefined ? { kind, command: run, timeout } : null;
}

/** A watched metric from its section; `null` when nothing says where its value comes from. */
export function watchOf(section: WatchSection, spot: Spot): Watch | null {
  const provider = providerOf(section, spot);
  if (provider === null) return null;
  return {
    metric: section.metric,
    provider,
    interval: secondsOf(inside(spot, 'interval'), section.interval, measuredEvery),
    success: rangeOf(section.success, inside(spot, 'success')),
    failure: rangeOf(section.failure, inside(spot, 'failure')),
    count: section.count ?? null,
    failureLimit: section['failure-limit'] ?? 0,
    inconclusiveLimit: section['inconclusive-limit'] ?? 0,
    errorLimit: section['error-limit'] ?? 4,
    dryRun: section['dry-run'] ?? false,
  };
}

function providerOf(section: WatchSection, spot: Spot): Watch['provider'] | null {
  const kind = onlyOne(spot, section, ['json', 'prometheus', 'run'], 'The metric');
  const { prometheus, json, run } = section;
  if (kind === 'prometheus' && prometheus !== undefined) return { kind, ...prometheus };
  if (kind === 'json' && json !== undefined) return { kind, url: json.url, pointer: json.value };
  return kind === 'run' && run !== undefined ? { kind, command: run } : null;
}

function rangeOf(section: RangeSection | undefined, spot: Spot): Range | null {
  if (section === undefined) return null;
  const { min = null, max = null } = section;
  if (min !== null && max !== null && min > max)
    complain(spot, `No number is at least ${min} and at most ${max}.`, '"min" below "max"');
  return { min, max };
}
