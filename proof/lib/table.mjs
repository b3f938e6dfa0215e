/** A table in Markdown, its columns as wide as they have to be; all but the first are numbers. */
export function table(head, rows) {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, at) => Math.max(3, ...lines.map((line) => line[at].length)));
  const print = (line) =>
    `| ${line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`;
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [print(lines[0]), print(rule), ...lines.slice(1).map(print)].join('\n');
}
