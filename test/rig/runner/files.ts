/** Reads what a step wrote to GITHUB_OUTPUT, GITHUB_STATE or GITHUB_ENV as the runner does: `name=value` or `name<<mark`. */
export function readAsFileCommands(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string;
    const [, name, sign, rest = ''] = /^(.*?)(<<|=)(.*)$/.exec(line) ?? [];
    if (name === undefined || name === '') throw new Error(`The runner cannot read "${line}".`);
    if (sign === '=') {
      found[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest, i + 1);
    if (end < 0) throw new Error(`The runner finds no end of "${name}".`);
    found[name] = lines.slice(i + 1, end).join('\n');
    i = end;
  }
  return found;
}
