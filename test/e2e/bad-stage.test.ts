import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project, plainConfig } from '../rig/project.ts';

let project: Project;

beforeAll(() => {
  const config = plainConfig.replace('[evaluate.sh, model.txt]', '[evaluate.sh, model.txt, made]');
  project = makeProject({ 'trainyard.yml': config, 'made/keep': '' });
});
afterAll(removeFolders);

async function trained(
  files: Record<string, string | Uint8Array>,
): Promise<{ code: number | null; stderr: string }> {
  const here = project.copy();
  for (const [path, text] of Object.entries(files)) here.write(path, text);
  const { code, stdout, stderr } = await here.run('train');
  expect(stdout).toBe('');
  expect(stderr).not.toContain('bug in trainyard');
  expect(here.git('branch', '--list', 'trainyard')).toBe('');
  expect(here.list('.trainyard/runs').filter((name) => name.endsWith('.json'))).toEqual([]);
  return { code, stderr };
}

describe('a stage that fails', () => {
  test('exit 3: the stage, its code, the end of its log', async () => {
    const { code, stderr } = await trained({ 'train.sh': 'echo "the data is gone" >&2\nexit 3\n' });
    expect(code).toBe(2);
    expect(stderr).toContain('the data is gone');
    expect(stderr).toMatch(/^error: Stage "train" .*3/m);
  });

  test('a missing output is named', async () => {
    const { code, stderr } = await trained({ 'train.sh': 'true\n' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: Stage "train" .*model\.txt/m);
  });

  test('one that hangs is ended at its timeout, with what it started', async () => {
    const began = Date.now();
    const { code, stderr } = await trained({
      'trainyard.yml': plainConfig.replace('run: sh train.sh,', 'run: sh train.sh, timeout: 0.5,'),
      'train.sh': 'sleep 987654 &\nsleep 987654\n',
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: Stage "train" .*0\.5/m);
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  test('a command that does not exist', async () => {
    const { code, stderr } = await trained({
      'trainyard.yml': plainConfig.replace('run: sh train.sh', 'run: no-such-program'),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('no-such-program');
    expect(stderr).toMatch(/^error: Stage "train" .*127/m);
  });

  test('gate shows it as an error of the model, in the comment too', async () => {
    const here = project.copy();
    here.branch('change');
    here.write('train.sh', 'exit 3\n');
    here.commit();
    const verdict = await here.gate(2);
    expect(verdict).toMatchObject({ verdict: 'error', kind: 'error', conclusion: 'failure', exit: 2 });
    expect(verdict.models[0]).toMatchObject({ rules: [], metrics: [], verdict_key: null });
    expect(here.read('.trainyard/comment.md')).toContain('Stage "train"');
    expect(JSON.parse(here.read('.trainyard/check.json')).conclusion).toBe('failure');
  });
});

/** Lets evaluate.sh write these bytes instead. */
const writing = (files: Record<string, string | Uint8Array>) => ({
  ...Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`made/${name}`, bytes])),
  'evaluate.sh': 'cp made/* .\n',
});
const goodRows = 'id,label,prediction\n1,1,1\n2,0,0\n';

describe('metrics that cannot be read', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /metrics\.json.*empty/],
    ['duplicate keys', '{"loss": 1, "loss": 2}', /metrics\.json:1:\d+: .*"loss"/],
    ['nesting of 5,000 levels', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, /500/],
    [
      'UTF-16',
      Buffer.from('\ufeff{"loss": 0.5}', 'utf16le'),
      /metrics\.json is encoded as UTF-16\.[\s\S]*UTF-8/,
    ],
    ['a number as text', '{"loss": "0.5"}', /metrics\.json:1: The metric "loss" .* is the text "0\.5"/],
    ['half a document', '{"loss": 1', /metrics\.json:1/],
  ])('%s', async (_, bytes, message) => {
    const { code, stderr } = await trained(writing({ 'metrics.json': bytes, 'predictions.csv': goodRows }));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('metrics that are odd but plain', () => {
  test.each<[string, string | Uint8Array, { value: number | null; state: string }]>([
    ['NaN', '{"loss": NaN}', { value: null, state: 'nan' }],
    ['-Infinity', '{"loss": -Infinity}', { value: null, state: 'inf' }],
    ['1e400', '{"loss": 1e400}', { value: null, state: 'inf' }],
    ['a byte order mark', '\ufeff{"loss": 0.5}', { value: 0.5, state: 'ok' }],
  ])('%s', async (_, bytes, expected) => {
    const here = project.copy();
    here.edit(
      'trainyard.yml',
      '{ metric: accuracy, min: 0.7, max-drop: 0.02 }',
      '{ metric: loss, max: 0.6 }',
    );
    const files = writing({ 'metrics.json': bytes, 'predictions.csv': goodRows });
    for (const [path, text] of Object.entries(files)) here.write(path, text);
    here.commit();
    here.branch('change');
    here.commit();
    const verdict = await here.gate(expected.state === 'ok' ? 0 : 2);
    expect(verdict.verdict).toBe(expected.state === 'ok' ? 'pass' : 'error');
    expect(verdict.models[0]?.rules[0]?.evidence).toMatchObject({
      state: expected.state,
      estimate: expected.value,
    });
  });
});

describe('predictions that cannot be read', () => {
  test.each<[string, string, RegExp]>([
    ['a duplicate id', 'id,label,prediction\na,1,1\nb,0,0\na,0,0\n', /predictions\.csv:4.*"a"/],
    ['a missing id', 'id,label,prediction\na,1,1\n,0,0\n', /predictions\.csv:3/],
    ['a missing column', 'id,target,prediction\na,1,1\n', /predictions\.csv:1.*"label"/],
    ['a NaN label', 'id,label,prediction\na,1,1\nb,NaN,0\n', /predictions\.csv:3/],
    ['a row that is too short', 'id,label,prediction\na,1\n', /predictions\.csv:2/],
    ['a header alone', 'id,label,prediction\n', /predictions\.csv/],
    ['nothing', '', /predictions\.csv/],
  ])('%s', async (_, text, message) => {
    const { code, stderr } = await trained(
      writing({ 'metrics.json': '{"loss": 1}', 'predictions.csv': text }),
    );
    expect(code).toBe(2);
    expect(stderr.split('\n').find((line) => line.startsWith('error:'))).toMatch(message);
  });
});

test('gate says the file, the line and the remedy of what it could not read', async () => {
  const here = project.copy();
  here.branch('change');
  const files = writing({ 'metrics.json': '{\n"loss": "0.5"}', 'predictions.csv': goodRows });
  for (const [path, text] of Object.entries(files)) here.write(path, text);
  here.commit();
  const { sentence } = await here.gate(2);
  expect(sentence).toBe(
    'metrics.json:2: The metric "loss" of metrics.json is the text "0.5". ' +
      'Expected: a number. Write it without quotes and without a percent sign.',
  );
});

describe('predictions that are odd but plain', () => {
  test.each<[string, string]>([
    ['CRLF', goodRows.replaceAll('\n', '\r\n')],
    ['quoted newlines and commas', 'id,label,prediction\n"a\nb,c",1,1\n"d ""e""",0,0\n'],
    ['a byte order mark', `\ufeff${goodRows}`],
    ['no last line ending', goodRows.trimEnd()],
  ])('%s', async (_, text) => {
    const here = project.copy();
    for (const [path, bytes] of Object.entries(
      writing({ 'metrics.json': '{"loss": 1}', 'predictions.csv': text }),
    ))
      here.write(path, bytes);
    const [run] = await here.train();
    expect(run?.record.predictions?.rows).toBe(2);
    expect(run?.record.metrics.find(({ name }) => name === 'accuracy')).toMatchObject({ value: 1, n: 2 });
  });
});

describe('a great many metrics', () => {
  test('2,000 are judged, and the comment stays within what can be posted', async () => {
    const here = project.copy();
    here.edit('trainyard.yml', 'gate:', 'gate:\n  - { metric: m_1999, min: 5 }');
    const metrics = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`m_${i}`, i]));
    const files = writing({ 'metrics.json': JSON.stringify(metrics), 'predictions.csv': goodRows });
    for (const [path, bytes] of Object.entries(files)) here.write(path, bytes);
    here.commit();
    await here.train();
    here.branch('change');
    here.write('made/metrics.json', JSON.stringify({ ...metrics, m_1999: 4 }));
    here.commit();
    const verdict = await here.gate(1);
    expect(verdict.sentence).toContain('m_1999');
    expect(verdict.models[0]?.metrics.filter(({ name }) => name.startsWith('m_'))).toHaveLength(2000);
    const comment = here.read('.trainyard/comment.md');
    expect(comment.length).toBeLessThanOrEqual(60_000);
    expect(comment).toContain('m_1999');
    expect(here.read('.trainyard/check.json').length).toBeLessThan(200_000);
  });
});
