/**
 * Tables of inputs and outputs in the pages of actions and of the reusable workflow, from the files that declare them,
 * between two comments: `<!-- inputs of FILE -->` (or `outputs of`) and `<!-- end -->`. FILE is relative to the root.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const marked = /^<!-- (inputs|outputs) of (\S+) -->\n[\s\S]*?^<!-- end -->$/gm;

/** Pages that have tables, relative to the root. */
export function tablePages(root) {
  const verbs = readdirSync(join(root, 'actions'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  return ['actions/README.md', ...verbs.map(({ name }) => `actions/${name}/README.md`).sort(), 'docs/ci.md'];
}

/** The page with its tables as they should be. A page without any, or a table of nothing, is an Error. */
export function withTables(root, page) {
  const text = readFileSync(join(root, page), 'utf8');
  let count = 0;
  const fresh = text.replaceAll(marked, (_all, kind, file) => {
    count += 1;
    return `<!-- ${kind} of ${file} -->\n\n${tableOf(kind, declared(root, file, kind))}\n\n<!-- end -->`;
  });
  if (count === 0) throw new Error(`${page} has no table: add "<!-- inputs of FILE -->" and "<!-- end -->".`);
  return fresh;
}

/** What an action, or a workflow that can be called, declares. */
function declared(root, file, kind) {
  const document = parse(readFileSync(join(root, file), 'utf8'));
  const entries = Object.entries((document.on?.workflow_call ?? document)[kind] ?? {});
  if (entries.length === 0) throw new Error(`${file} has no ${kind}.`);
  return entries;
}

/** A Markdown table; inputs have their defaults. */
export function tableOf(kind, entries) {
  const heads = kind === 'inputs' ? ['input', 'what', 'default'] : ['output', 'what'];
  const rows = entries.map(([name, { description, default: preset }]) => [
    code(name),
    cell(description),
    ...(kind === 'inputs' ? [preset === undefined || preset === '' ? '' : code(String(preset))] : []),
  ]);
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cell(text) {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}

function code(text) {
  return `\`${cell(text)}\``;
}
