import { parsers } from 'prettier/plugins/markdown';

/** What the tests look at in a Markdown syntax tree. */
export interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

interface Parser {
  parse: (text: string, options: object) => unknown;
}

/** Parses by an independent parser of GitHub's Markdown (remark, as Prettier ships it). */
export function parseMarkdown(text: string): Node {
  return (parsers.markdown as unknown as Parser).parse(text, { originalText: text }) as Node;
}

/** All nodes of a tree, depth first. */
export function nodesOf(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(nodesOf)];
}
