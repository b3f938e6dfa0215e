import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { quoted, step } from './problems.ts';

/** Levels of a configuration, and values once its aliases are expanded. */
export const deepest = 64;
const mostValues = 50_000;

/** Takes a problem at an offset in the text. */
export type Report = (offset: number, message: string, hint?: string) => void;

/** Where a value and the key that leads to it begin, and how a scalar was written. */
export interface Spot {
  key: number | null;
  value: number | null;
  written: string | null;
}

interface Walk {
  spots: Map<string, Spot>;
  anchors: Map<string, Node>;
  /** Collections around the present node: an alias to one of them contains itself. */
  open: Set<Node>;
  inAlias: number;
  values: number;
  report: Report;
}

/** Where the walk is: the pointer, the offset of the key that led there, and the level. */
interface Step {
  pointer: string;
  key: number | null;
  depth: number;
}

/** The file is beyond what is worth reading further; its problem is already reported. */
class Beyond extends Error {}

/**
 * Plain values of a YAML node, aliases expanded, with the spot of each by JSON pointer. Duplicate keys, keys that are
 * no text, unknown anchors, aliases that contain themselves and too much of anything are reported.
 */
export function readTree(
  node: Node | null,
  report: Report,
): { value: unknown; spots: ReadonlyMap<string, Spot> } {
  const walk: Walk = { spots: new Map(), anchors: new Map(), open: new Set(), inAlias: 0, values: 0, report };
  try {
    return { value: plainValue(node, { pointer: '', key: null, depth: 0 }, walk), spots: walk.spots };
  } catch (error) {
    if (error instanceof Beyond) return { value: undefined, spots: walk.spots };
    throw error;
  }
}

function plainValue(node: Node | null, at: Step, walk: Walk): unknown {
  const offset = node?.range?.[0] ?? at.key ?? 0;
  const written = isScalar(node) && typeof node.source === 'string' ? node.source : null;
  walk.spots.set(at.pointer, { key: at.key, value: node === null ? null : offset, written });
  walk.values += 1;
  if (walk.values > mostValues) {
    beyond(walk, offset, `The file holds more than ${mostValues} values, aliases expanded.`);
  }
  if (at.depth > deepest) beyond(walk, offset, `Values are nested deeper than ${deepest} levels.`);
  if (node === null) return null;
  if (isAlias(node)) return aliasedValue(node.source, offset, at, walk);
  const { anchor } = node as { anchor?: string };
  if (anchor !== undefined && walk.inAlias === 0) walk.anchors.set(anchor, node);
  if (isScalar(node)) return scalarValue(node.value, offset, walk);
  walk.open.add(node);
  const value = isMap(node) ? mapValue(node.items, at, walk) : listValue(node, at, walk);
  walk.open.delete(node);
  return value;
}

function beyond(walk: Walk, offset: number, message: string): never {
  walk.report(offset, message);
  throw new Beyond(message);
}

function scalarValue(value: unknown, offset: number, walk: Walk): unknown {
  if (typeof value === 'string' && value.includes('\0'))
    walk.report(offset, 'The text contains a NUL character.');
  return value;
}

function aliasedValue(name: string, offset: number, at: Step, walk: Walk): unknown {
  const target = walk.anchors.get(name);
  if (target === undefined) {
    walk.report(offset, `There is no anchor ${quoted(`&${name}`)} before this alias.`);
    return null;
  }
  if (walk.open.has(target)) {
    walk.report(offset, `The alias ${quoted(`*${name}`)} contains itself.`, 'Write the value out.');
    return null;
  }
  walk.inAlias += 1;
  const value = plainValue(target, at, walk);
  walk.inAlias -= 1;
  const spot = walk.spots.get(at.pointer);
  if (spot) spot.value = offset;
  return value;
}

function listValue(node: Node, { pointer, depth }: Step, walk: Walk): unknown[] {
  if (!isSeq(node)) return [];
  return node.items.map((item, i) => {
    return plainValue(item as Node | null, { pointer: step(pointer, i), key: null, depth: depth + 1 }, walk);
  });
}

function mapValue(items: readonly Pair[], { pointer, depth }: Step, walk: Walk): Record<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const pair of items) {
    const node = pair.key as Node | null;
    const offset = node?.range?.[0] ?? 0;
    const name = keyName(node);
    if (name === null) {
      walk.report(offset, 'A key must be a text.');
    } else if (entries.has(name)) {
      walk.report(offset, `The key ${quoted(name)} is there twice.`, 'Remove one of the two.');
    } else {
      const at = { pointer: step(pointer, name), key: offset, depth: depth + 1 };
      entries.set(name, plainValue(pair.value as Node | null, at, walk));
    }
  }
  return Object.fromEntries(entries);
}

/** A key as it was written, so that `2024` and `no` stay what they look like; `null` when it is no text. */
function keyName(node: Node | null): string | null {
  if (!isScalar(node)) return null;
  if (typeof node.value === 'string') return node.value;
  return node.source ? node.source : null;
}

/**
 * Offset at which a pointer was written: a scalar's own, the key of a map or list, unless a part is asked for. What
 * is not in the file is looked for where it would have been.
 */
export function locateSpot(
  spots: ReadonlyMap<string, Spot>,
  pointer: string,
  part?: 'key' | 'value',
): number {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const spot = spots.get(at);
    const own = at === pointer && (part === 'value' || (part === undefined && spot?.written !== null));
    const wanted = own ? (spot?.value ?? spot?.key) : (spot?.key ?? spot?.value);
    if (wanted !== null && wanted !== undefined) return wanted;
    if (at === '') return 0;
  }
}
