import { Lexer, Parser, parseDocument } from 'yaml';
import type { Place } from '../core/errors.ts';
import { type Locate, type Problem, quoted, refuse } from './problems.ts';
import { deepest, locateSpot, type Report, readTree } from './tree.ts';

/** A YAML file as plain values that still know where they were written. */
export interface YamlTree {
  value: unknown;
  locate: Locate;
  /** How a scalar was written (`007`, `1e3`); `null` where there is none. */
  written(pointer: string): string | null;
}

/** Characters; no configuration is larger. */
export const longestText = 1_048_576;

/**
 * Reads one YAML 1.2 document (core schema: `yes` and `no` are text). Throws ConfigError with line and column for
 * broken syntax, tabs, several documents, duplicate keys, keys that are no text, tags, aliases that contain
 * themselves, and a file too large, too deep or too often aliased.
 */
export function readYaml(source: string, file: string): YamlTree {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  const place = placer(text, file);
  const problems: Problem[] = [];
  const report: Report = (offset, message, hint) => {
    problems.push({ place: place(offset), message, ...(hint !== undefined && { hint }) });
  };
  checkText(text, report);
  refuse(problems);
  checkDepth(text, report);
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
  const { value, spots } = readTree(document.contents, report);
  refuse(problems);
  return {
    value,
    locate: (pointer, part) => place(locateSpot(spots, pointer, part)),
    written: (pointer) => spots.get(pointer)?.written ?? null,
  };
}

/**
 * Refuses what nests too deeply before the document is composed: the composer recurses and can exhaust the stack
 * beyond recovery. Counted are the collections, document and scalar open at once.
 */
function checkDepth(text: string, report: Report): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _token of parser.next(lexeme));
    if (parser.stack.length <= deepest + 8) continue;
    report(parser.offset, `Values are nested deeper than ${deepest} levels.`);
    return;
  }
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

function checkText(text: string, report: Report): void {
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
