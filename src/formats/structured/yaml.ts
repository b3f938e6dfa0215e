import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
  type Scalar,
} from 'yaml';
import { ConfigError } from '../../core/errors.ts';
import {
  duplicateKey,
  MAX_DEPTH,
  MAX_VALUES,
  type MapTree,
  placeOf,
  type ScalarTree,
  type Tree,
  tooDeep,
  tooManyValues,
} from './tree.ts';

/**
 * Collections, document and scalar open at once in the parser. Its composer recurses and can exhaust the stack beyond
 * recovery, so depth is bounded before it runs and counted exactly after.
 */
const MAX_OPEN = MAX_DEPTH + 8;
const TAG_PREFIX = 'tag:yaml.org,2002:';
const TAGS = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((tag) => TAG_PREFIX + tag);
const NOT_FINITE: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['nan', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['inf', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);

interface Walk {
  file: string;
  lines: LineCounter;
  anchors: Map<string, ParsedNode>;
  values: number;
}

/**
 * One YAML 1.2 document (core schema, and the merge key `<<`). Refused with the line: syntax errors, several
 * documents, duplicate keys, tags beyond the core ones, more than 500 levels, aliases that expand to more than
 * 1,000,000 values. Plain `NaN`, `inf` and the like are numbers.
 */
export function parseYaml(text: string, file: string): Tree {
  const lines = new LineCounter();
  const tokens = tokenize(text, file, lines);
  const documents = [
    ...new Composer({ uniqueKeys: false, intAsBigInt: true, logLevel: 'silent' }).compose(tokens),
  ];
  const [document] = documents;
  if (!document) return { kind: 'scalar', value: null, line: null };
  refuseErrors(document, file, lines);
  if (documents.length > 1) {
    throw new ConfigError(`${file} holds ${documents.length} YAML documents.`, {
      place: { file },
      expected: 'one document',
      hint: 'Remove the "---" between them.',
    });
  }
  return convert({ file, lines, anchors: new Map(), values: 0 }, document.contents, 0);
}

/** Tokens of the text, given up as soon as more collections are open than any accepted document has. */
function tokenize(text: string, file: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_OPEN) throw tooDeep(placeOf(file, lineOf(lines, parser.offset)));
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function refuseErrors(document: Document.Parsed, file: string, lines: LineCounter): void {
  const [problem] = [...document.errors, ...document.warnings];
  if (!problem) return;
  const custom = problem.code === 'TAG_RESOLVE_FAILED';
  const [first] = problem.message.split('\n');
  throw new ConfigError(
    custom ? `${file} uses a tag that is not read: ${first}.` : `${file} is not valid YAML: ${first}.`,
    {
      place: placeOf(file, lineOf(lines, problem.pos[0])),
      hint: custom
        ? 'Write plain numbers, texts, lists and maps.'
        : 'Check indentation, quotes and colons near that line.',
    },
  );
}

function convert(walk: Walk, node: ParsedNode | null, depth: number): Tree {
  if (!node) return { kind: 'scalar', value: null, line: null };
  const line = lineOf(walk.lines, node.range[0]);
  const place = placeOf(walk.file, line);
  walk.values += 1;
  if (walk.values > MAX_VALUES) throw tooManyValues(place);
  if (isAlias(node)) {
    const target = walk.anchors.get(node.source);
    if (target) return convert(walk, target, depth + 1);
    throw new ConfigError(`The alias *${node.source} has no anchor before it.`, {
      place,
      expected: `&${node.source} above it`,
    });
  }
  refuseTag(walk.file, node.tag, line);
  if (node.anchor) walk.anchors.set(node.anchor, node);
  if (isScalar(node)) return { kind: 'scalar', value: scalarValue(node), line };
  if (depth >= MAX_DEPTH) throw tooDeep(place);
  if (isSeq(node)) {
    return {
      kind: 'list',
      items: node.items.map((item) => convert(walk, item as ParsedNode, depth + 1)),
      line,
    };
  }
  return convertMap(walk, node, depth + 1, line);
}

function convertMap(
  walk: Walk,
  node: ParsedNode & { items: unknown[] },
  depth: number,
  line: number | null,
): MapTree {
  const own = new Map<string, Tree>();
  const merged: MapTree[] = [];
  for (const pair of isMap<ParsedNode, ParsedNode | null>(node) ? node.items : []) {
    const { key } = pair;
    const value = convert(walk, pair.value, depth);
    if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN') {
      merged.push(...mergeSources(walk.file, value));
      continue;
    }
    const name = keyText(walk, key);
    if (own.has(name)) throw duplicateKey(name, placeOf(walk.file, lineOf(walk.lines, key.range[0])));
    own.set(name, value);
  }
  for (const source of merged) {
    for (const [name, value] of source.entries) if (!own.has(name)) own.set(name, value);
  }
  return { kind: 'map', entries: own, line };
}

function mergeSources(file: string, tree: Tree): MapTree[] {
  if (tree.kind === 'map') return [tree];
  if (tree.kind === 'list') return tree.items.flatMap((item) => mergeSources(file, item));
  throw new ConfigError('The merge key "<<" has no map to merge.', {
    place: placeOf(file, tree.line),
    expected: 'an alias of a map',
  });
}

function keyText(walk: Walk, key: ParsedNode | null): string {
  const target = isAlias(key) ? walk.anchors.get(key.source) : key;
  if (!isScalar(target)) {
    throw new ConfigError(`A key in ${walk.file} is not plain text.`, {
      place: placeOf(walk.file, key ? lineOf(walk.lines, key.range[0]) : null),
      expected: 'a name before the colon',
    });
  }
  if (isScalar(key) && key.anchor) walk.anchors.set(key.anchor, key);
  return typeof target.value === 'string' ? target.value : (target.source ?? String(target.value));
}

function refuseTag(file: string, tag: string | undefined, line: number | null): void {
  if (tag === undefined || TAGS.includes(tag)) return;
  throw new ConfigError(`${file} uses the tag ${JSON.stringify(tag.replace(TAG_PREFIX, '!!'))}.`, {
    place: placeOf(file, line),
    hint: 'Write plain numbers, texts, lists and maps.',
  });
}

function scalarValue(node: Scalar): ScalarTree['value'] {
  const { value } = node;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) || !Number.isFinite(number) ? number : value;
  }
  if (typeof value === 'string') return (node.type === 'PLAIN' ? NOT_FINITE.get(value) : undefined) ?? value;
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : String(value);
}

function lineOf(lines: LineCounter, offset: number): number | null {
  return lines.linePos(offset).line || null;
}
