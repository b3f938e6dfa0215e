import type { TargetSection } from '../schema/trainyard.types.ts';
import type { Target, TargetPlace, TargetPlugin } from './types.ts';

type Sections = Required<TargetSection>;

/** Targets by id, sorted; each is loaded when it is used. */
export const targets: { readonly [Id in keyof Sections]: () => Promise<TargetPlugin<Sections[Id]>> } = {
  command: async () => (await import('./command/index.ts')).plugin,
  directory: async () => (await import('./directory/index.ts')).plugin,
  oip: async () => (await import('./oip/index.ts')).plugin,
};

const targetIds = Object.keys(targets) as (keyof Sections)[];

/** The target that a section with exactly one id describes. */
export async function createTarget(place: TargetPlace, section: TargetSection): Promise<Target> {
  const id = targetIds.find((known) => section[known] !== undefined) as keyof Sections;
  return open(id, place, section);
}

async function open<Id extends keyof Sections>(
  id: Id,
  place: TargetPlace,
  section: TargetSection,
): Promise<Target> {
  return (await targets[id]()).create(place, section[id] as Sections[Id]);
}
