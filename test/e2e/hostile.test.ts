import { afterAll, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { makeProject, plainConfig } from '../rig/project.ts';

afterAll(removeFolders);

/** Names as a stranger might choose them, in the order of what they attack. */
const hostile = [
  'pipe | cell',
  '`tick` ``` fence',
  '@someone',
  '#1 and GH-1',
  '<!-- trainyard:report -->',
  '</details></table><script>alert(1)</script>',
  'line\nbreak\r\n# heading',
  '\u202eright-to-left\u202c',
  '\u001b[31mred\u001b[0m',
  '::error::command',
  '[link](https://evil.example)',
  '![picture](https://evil.example/x.png)',
  '__proto__',
  'constructor',
  `$\{{ github.token }}`,
  'a\u0000b',
];

/** Metrics, parameters and slice values of those names, whose values `errors` moves. */
const evaluate = `
import csv, json
errors = int(open("model.txt").read().split("errors: ")[1].split()[0])
names = json.load(open("names.json"))
rows = [(i, i % 2, (i % 2) ^ (i < errors), names[i % len(names)]) for i in range(320)]
with open("predictions.csv", "w", newline="") as out:
    writer = csv.writer(out)
    writer.writerow(["id", "label", "prediction", "who"])
    writer.writerows((i, label, int(guess), who.replace("\\0", "")) for i, label, guess, who in rows)
json.dump({name: errors for name in names}, open("metrics.json", "w"))
`;

/** Characters that turn text around or move a terminal's cursor. */
const unseen = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

/** Markdown without what is shown letter by letter. */
const withoutCode = (text: string) => text.replace(/<code>.*?<\/code>|`[^`\n]*`/g, '');

test('hostile names reach comment, check, summary, page and terminal as plain text', async () => {
  const project = makeProject({
    'trainyard.yml': plainConfig
      .replace('run: sh evaluate.sh', 'run: python3 evaluate.py')
      .replace('deps: [evaluate.sh', 'deps: [evaluate.py, names.json')
      .replace('params: [params.yaml]', 'params: [params.yaml, hostile.json]')
      .replace('\ngate:', '\npredictions: { slices: [who], min-slice-rows: 1 }\ngate:'),
    'evaluate.py': evaluate,
    'names.json': JSON.stringify(hostile),
    'hostile.json': JSON.stringify(Object.fromEntries(hostile.map((name) => [name, name]))),
  });
  await project.train();
  project.branch('change');
  project.edit('params.yaml', 'errors: 40', 'errors: 100');
  const turned = hostile.map((name) => [name, `${name} changed`]);
  project.write('hostile.json', JSON.stringify(Object.fromEntries(turned)));
  project.commit('<!-- trainyard:report --> @someone');

  const verdict = await project.gate(1);
  const names = new Set(verdict.models[0]?.metrics.map(({ name }) => name));
  for (const name of hostile) expect(names).toContain(name);

  const comment = project.read('.trainyard/comment.md');
  const summary = project.read('.trainyard/summary.md');
  for (const whole of [comment, summary]) {
    expect(whole).not.toMatch(unseen);
    const text = withoutCode(whole);
    expect(text).not.toMatch(/<script|<img|picture|evil|someone|#1|\$\{\{|::error|heading/);
    expect(text.match(/<details/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  }
  expect(comment.match(/<!-- trainyard:report -->/g)).toHaveLength(1);

  const page = project.read('.trainyard/preview.html');
  expect(page).not.toMatch(/<script>alert|<img[^>]+evil/);
  expect(page).not.toMatch(unseen);

  const { stdout, stderr, code } = await project.run('gate');
  expect(code).toBe(1);
  for (const text of [stdout, stderr]) {
    expect(text).not.toMatch(unseen);
    expect(text).not.toMatch(/^::error/m);
  }
  const evaluated = await project.run('evaluate');
  expect(evaluated.stdout).not.toMatch(unseen);
  expect(evaluated.stdout).not.toMatch(/^(::error|# heading)/m);
  const trained = await project.run('train');
  expect(trained.stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(trained.stdout).not.toMatch(unseen);
});

test('names that a file and a message carry are shown on one line', async () => {
  const project = makeProject({ 'train.sh': 'exit 1\n' });
  const odd = 'a\nb\u202e.json';
  project.write(odd, '{"a": {');
  const { code, stderr } = await project.run('compare', '--candidate', odd, '--baseline', odd);
  expect(code).toBe(2);
  expect(stderr).not.toMatch(unseen);
  expect(stderr).toMatch(/^error: a b‹U\+202E›\.json:1:8: /);
  expect(stderr).toContain('is not valid JSON: it ends too early.');
});
