import type { Place } from '../core/errors.ts';
import type { FreezeWindow } from '../core/rollout/types.ts';
import type {
  EnvironmentSection,
  FreezeSection,
  ModelSection,
  ShiftSection,
  TargetSection,
} from '../schema/trainyard.types.ts';
import { type Problem, quoted, step } from './problems.ts';
import { complain, inside, onlyOne, placeOf, type Spot, secondsOf } from './spot.ts';
import { type Probe, probeOf, type Watch, watchOf } from './watch.ts';
import type { YamlTree } from './yaml.ts';

/** How a version gets into one environment, with every default filled in. */
export interface EnvironmentConfig {
  name: string;
  /** Exactly one kind of target. */
  target: TargetSection;
  url: string | null;
  steps: readonly Shift[];
  probes: readonly Probe[];
  analysis: readonly Watch[];
  freeze: readonly FreezeWindow[];
  /** Environment variable with the address that is told how deployments end. */
  webhook: string | null;
  /** Issue or pull request that gets a comment for each deployment; `tracking`: one of the environment's own. */
  issue: number | 'tracking' | null;
  /** Seconds that a deployment waits for another to end. */
  lockWait: number;
  /** Where the steps are written. */
  stepsAt: Place;
}

export interface Shift {
  /** Percent of the traffic. */
  weight: number;
  /** Seconds it stays so, under watch. */
  bake: number;
}

const defaultLockWait = 3600;

/** The environments of a model, from a section that fits the schema. */
export function deployOf(
  section: ModelSection,
  at: string,
  tree: YamlTree,
): { deploy: EnvironmentConfig[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const deployAt = step(at, 'deploy');
  const deploy = Object.entries(section.deploy ?? {}).map(([name, environment]) =>
    environmentOf(name, environment, { at: step(deployAt, name), tree, problems }),
  );
  return { deploy, problems };
}

function environmentOf(name: string, section: EnvironmentSection, spot: Spot): EnvironmentConfig {
  const { target, steps = [], probes = [], analysis = [], freeze = [] } = section;
  onlyOne(inside(spot, 'target'), target, ['command', 'directory', 'oip'], 'The target');
  remoteOf(inside(spot, 'target', 'directory'), target.directory);
  return {
    name,
    target,
    url: section.url ?? null,
    steps: steps.map((shift, i) => shiftOf(shift, steps[i - 1], inside(spot, 'steps', i))),
    probes: probes.flatMap((probe, i) => probeOf(probe, inside(spot, 'probes', i)) ?? []),
    analysis: analysis.flatMap((watch, i) => watchOf(watch, inside(spot, 'analysis', i)) ?? []),
    freeze: freeze.map((window, i) => freezeOf(window, inside(spot, 'freeze', i))),
    webhook: section.notify?.webhook ?? null,
    issue: section.notify?.issue ?? null,
    lockWait: secondsOf(inside(spot, 'lock-wait'), section['lock-wait'], defaultLockWait),
    stepsAt: placeOf(inside(spot, 'steps')),
  };
}

/** A folder on another host has no repository to be below of, and a port belongs to a host. */
function remoteOf(spot: Spot, directory: TargetSection['directory']): void {
  if (directory === undefined) return;
  const { host, port, path } = directory;
  if (host === undefined && port !== undefined)
    complain(inside(spot, 'port'), 'A port without a host.', '"host" beside it');
  if (host !== undefined && !/^\/[^\n\r\0]*[^/\n\r\0]/.test(path))
    complain(
      inside(spot, 'path'),
      `${quoted(path)} is no folder on a host.`,
      'an absolute path such as /srv/churn',
    );
}

function shiftOf({ weight, bake }: ShiftSection, before: ShiftSection | undefined, spot: Spot): Shift {
  if (before !== undefined && weight <= before.weight)
    complain(
      inside(spot, 'weight'),
      `A step of ${weight} % follows one of ${before.weight} %.`,
      'steps that rise, 100 at most',
    );
  return { weight, bake: secondsOf(inside(spot, 'bake'), bake, 0) };
}

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

function freezeOf(section: FreezeSection, spot: Spot): FreezeWindow {
  const [from, to] = [momentOf('from', section.from, spot), momentOf('to', section.to, spot)];
  if (from !== null && to !== null && from >= to)
    complain(spot, 'The time ends before it begins.', '"from" before "to"');
  if ([section.from, section.to, section.days].every((key) => key === undefined))
    complain(spot, 'The time says neither when nor on which days.', '"from" and "to", or "days"');
  return {
    from,
    to,
    days: (section.days ?? []).map((day) => days.indexOf(day)),
    reason: section.reason ?? null,
  };
}

/** A moment with its offset from UTC: without one it would depend on who reads it. */
function momentOf(key: string, text: string | undefined, spot: Spot): number | null {
  if (text === undefined) return null;
  const whole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const moment = whole ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(moment)) return moment;
  complain(
    inside(spot, key),
    `${quoted(text)} is no moment.`,
    'date, time and offset, such as 2026-12-20T18:00Z',
  );
  return null;
}
