import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml';
import type { Place } from '../core/errors.ts';
import { type Locate, type Problem, quoted, refuse, step } from './problems.ts';

/** A YAML file as plain values that still know where they were written. */
export interface YamlTree {
  value: unknown;
  locate: Locate;
  /** How a scalar was written (`007`, `1e3`); `null` where there is none. */
  written(pointer: string): string | null;
}

/** No configuration is larger, deeper or, its aliases expanded, has more values. */
export const longestText = 1_048_576;
const deepest = 64;
const mostValues = 50_000;

interface Spot {
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
  report(offset: number, message: string, hint?: string): void;
}

/** The file is beyond what is worth reading further; its problem is already reported. */
class Beyond extends Error {}

/**
 * Reads one YAML 1.2 document (core schema: `yes` and `no` are text). Throws ConfigError with line and column for
 * broken syntax, tabs, several documents, duplicate keys, keys that are no text, tags, aliases that contain
 * themselves, and a file too large, too deep or too often aliased.
 */
export function readYaml(source: string, file: string): YamlTree {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  const place = placer(text, file);
  const problems: Problem[] = [];
  const report: Walk['report'] = (offset, message, hint) => {
    problems.push({ place: place(offset), message, ...(hint !== undefined && { hint }) });
  };
  checkText(text, report);
  refuse(problems);
  const document = parseDocument(text, {
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
  });
  for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
    report(pos[0], ...syntaxSentence(code, message));
    if (code !== 'TAG_RESOLVE_FAILED') break;
  }
  refuse(problems);
  const walk: Walk = { spots: new Map(), anchors: new Map(), open: new Set(), inAlias: 0, values: 0, report };
  const value = wholeValue(document.contents, walk);
  refuse(problems);
  return {
    value,
    locate: (pointer, part) => locate(walk.spots, place, pointer, part),
    written: (pointer) => walk.spots.get(pointer)?.written ?? null,
  };
}

/** A label, revision or slice value as text: `007` and `1e3` stay what the user wrote. */
export function asWritten(value: string | number | boolean, pointer: string, tree: YamlTree): string {
  return typeof value === 'string' ? value : (tree.written(pointer) ?? String(value));
}

function placer(text: string, file: string): (offset: number) => Place {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: Math.max(0, offset - (starts[low] ?? 0)) + 1 };
  };
}

function checkText(text: string, report: Walk['report']): void {
  if (text.length > longestText) {
    report(0, `The file has ${text.length} characters; a configuration has at most ${longestText}.`);
    return;
  }
  const odd = text.search(/[^\P{Cc}\t\n\r\u0085]/u);
  if (odd >= 0) {
    report(
      odd,
      `The file contains the control character ${quoted(text.charAt(odd))}.`,
      'Remove it, and save the file as UTF-8 text.',
    );
  }
}

/** What a person should read for an error of the YAML parser: the sentence and how to mend it. */
function syntaxSentence(code: string, message: string): [message: string, hint?: string] {
  const sentence = `This is not valid YAML: ${message.replace(/\s+/g, ' ').slice(0, 200)}`;
  switch (code) {
    case 'TAB_AS_INDENT':
      return ['A tab is used for indentation.', 'YAML is indented by spaces: replace the tab.'];
    case 'MULTIPLE_DOCS':
      return [
        'The file contains several YAML documents.',
        'Keep one: remove the line "---" and what follows it.',
      ];
    case 'TAG_RESOLVE_FAILED':
      return [`${message.replace(/\s+/g, ' ').slice(0, 200)}.`, 'Tags have no meaning here: remove it.'];
    case 'RESOURCE_EXHAUSTION':
      return [`Values are nested deeper than ${deepest} levels.`];
    case 'BAD_INDENT':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return [
        sentence,
        'Look at the indentation of this line and the one before, and put text with ": " in it in quotes.',
      ];
    default:
      return [sentence];
  }
}

function wholeValue(node: Node | null, walk: Walk): unknown {
  try {
    return plainValue(node, '', null, 0, walk);
  } catch (error) {
    if (error instanceof Beyond) return undefined;
    throw error;
  }
}

function plainValue(
  node: Node | null,
  pointer: string,
  key: number | null,
  depth: number,
  walk: Walk,
): unknown {
  const offset = node?.range?.[0] ?? key ?? 0;
  const written = isScalar(node) && typeof node.source === 'string' ? node.source : null;
  walk.spots.set(pointer, { key, value: node === null ? null : offset, written });
  walk.values += 1;
  if (walk.values > mostValues)
    beyond(walk, offset, `The file holds more than ${mostValues} values, aliases expanded.`);
  if (depth > deepest) beyond(walk, offset, `Values are nested deeper than ${deepest} levels.`);
  if (node === null) return null;
  if (isAlias(node)) return aliasedValue(node.source, offset, pointer, key, depth, walk);
  if (walk.inAlias === 0 && 'anchor' in node && typeof node.anchor === 'string')
    walk.anchors.set(node.anchor, node);
  if (isScalar(node)) return scalarValue(node.value, offset, walk);
  walk.open.add(node);
  const value = isMap(node)
    ? mapValue(node.items, pointer, depth, walk)
    : listValue(node, pointer, depth, walk);
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

function aliasedValue(
  name: string,
  offset: number,
  pointer: string,
  key: number | null,
  depth: number,
  walk: Walk,
): unknown {
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
  const value = plainValue(target, pointer, key, depth, walk);
  walk.inAlias -= 1;
  const spot = walk.spots.get(pointer);
  if (spot) spot.value = offset;
  return value;
}

function listValue(node: Node, pointer: string, depth: number, walk: Walk): unknown[] {
  if (!isSeq(node)) return [];
  return node.items.map((item, i) =>
    plainValue(item as Node | null, step(pointer, i), null, depth + 1, walk),
  );
}

function mapValue(
  items: readonly Pair[],
  pointer: string,
  depth: number,
  walk: Walk,
): Record<string, unknown> {
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
      entries.set(name, plainValue(pair.value as Node | null, step(pointer, name), offset, depth + 1, walk));
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
 * Where a pointer was written: a scalar's own place, the key of a map or list, unless a part is asked for. What is
 * not in the file is looked for where it would have been.
 */
function locate(
  spots: Walk['spots'],
  place: (offset: number) => Place,
  pointer: string,
  part?: 'key' | 'value',
): Place {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const spot = spots.get(at);
    const own = at === pointer && (part === 'value' || (part === undefined && spot?.written !== null));
    const wanted = own ? (spot?.value ?? spot?.key) : (spot?.key ?? spot?.value);
    if (wanted !== null && wanted !== undefined) return place(wanted);
    if (at === '') return place(0);
  }
}
