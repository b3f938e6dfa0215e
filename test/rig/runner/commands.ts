/** A workflow command that the runner acts on. */
export interface Command {
  name: string;
  properties: Record<string, string>;
  data: string;
}

/** What a runner makes of the output of a step: commands, and all other lines as its log shows them. */
export interface Understood {
  commands: Command[];
  shown: string[];
}

/** Commands of the runner, as it registers them; it finds no other, and compares without case. */
const registered = [
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'internal-set-repo-path',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'warning',
];

/**
 * Reads what a step printed as the runner does: line by line (also at a lone carriage return), `::name k=v::data` after
 * white space, the older `##[name k=v;]data` anywhere in a line, and nothing between `::stop-commands::mark` and a
 * command called like the mark.
 */
export function readAsRunner(output: string): Understood {
  const commands: Command[] = [];
  const shown: string[] = [];
  let mark: string | null = null;
  for (const line of output.replace(/(?:\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/)) {
    const known = ['stop-commands', ...registered, ...(mark === null ? [] : [mark])];
    const command = presentSyntax(line, known) ?? olderSyntax(line, known);
    const name = command?.name.toLowerCase();
    if (command === null || (mark !== null && name !== mark)) shown.push(line);
    else if (mark !== null) mark = null;
    else if (name === 'stop-commands') mark = markOf(command);
    else commands.push(command);
  }
  return { commands, shown };
}

/** The runner refuses a mark that is empty or a command, and fails the step. */
function markOf({ data }: Command): string {
  const mark = data.toLowerCase();
  if (mark === '' || registered.includes(mark)) throw new Error(`The runner refuses the mark "${data}".`);
  return mark;
}

function presentSyntax(line: string, known: readonly string[]): Command | null {
  const trimmed = line.trimStart();
  const end = trimmed.startsWith('::') ? trimmed.indexOf('::', 2) : -1;
  if (end < 0) return null;
  const [name, properties] = headOf(trimmed.slice(2, end), ',', known);
  return name === null ? null : { name, properties, data: unescaped(trimmed.slice(end + 2)) };
}

function olderSyntax(line: string, known: readonly string[]): Command | null {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return null;
  const [name, properties] = headOf(line.slice(start + 3, end), ';', known);
  return name === null ? null : { name, properties, data: unescaped(line.slice(end + 1)) };
}

function headOf(
  head: string,
  separator: string,
  known: readonly string[],
): [string | null, Record<string, string>] {
  const space = head.indexOf(' ');
  const name = space < 0 ? head : head.slice(0, space);
  if (!known.includes(name.toLowerCase())) return [null, {}];
  const pairs = (space < 0 ? '' : head.slice(space + 1).trim()).split(separator).filter(Boolean);
  const entries = pairs.map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), unescaped(pair.slice(at + 1))];
  });
  return [name, Object.fromEntries(entries)];
}

const escapes: Readonly<Record<string, string>> = {
  '%0D': '\r',
  '%0A': '\n',
  '%3A': ':',
  '%2C': ',',
  '%25': '%',
};

function unescaped(text: string): string {
  return text.replace(/%(?:0D|0A|3A|2C|25)/g, (found) => escapes[found] ?? found);
}
