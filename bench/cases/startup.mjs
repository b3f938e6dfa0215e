/** What asking for help, for the version and a mistake cost, beside a Node that does nothing. */
export const name = 'startup';

export async function rows({ measure, row, node, trainyard }) {
  const bare = { argv: [node, '-e', '0'] };
  const works = [
    ['--help', ['--help'], [0]],
    ['--version', ['--version'], [0]],
    ['usage error', ['comparre'], [2]],
    ['gate --help', ['gate', '--help'], [0]],
  ];
  const ours = works.map(([, args, expect]) => ({ argv: [node, trainyard, ...args], expect }));
  const [peer, ...seen] = measure([bare, ...ours], { runs: 21, warmups: 2 });
  return works.map(([work], i) => row(work, seen[i], 'node -e 0', peer));
}
