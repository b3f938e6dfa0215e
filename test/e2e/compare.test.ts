import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CompareDocument } from '../../src/verbs/compare.ts';
import { documentOf, makeFolder, removeFolders, runCommand } from '../rig/command.ts';
import { makeProject, type Project } from '../rig/project.ts';

let project: Project;
/** Ways to name the better run, and the ones to name the recorded run of main. */
const candidates: Record<string, string> = {};
const baselines: Record<string, string> = {};

const kinds = ['run id', 'revision', 'run.json', 'metrics file', 'predictions file'] as const;
const pairs = kinds.flatMap((a) => kinds.map((b) => [a, b] as const));
const neither = { candidate: null, baseline: null };
const rowsOf = (kind: string) => kind !== 'metrics file';

beforeAll(async () => {
  project = makeProject();
  const [main] = await project.train();
  keep('main', main?.record.id ?? '', baselines);
  baselines['revision'] = 'main';
  project.branch('better');
  project.edit('params.yaml', 'errors: 40', 'errors: 20');
  project.edit('params.yaml', 'size: 100', 'size: 90');
  project.commit();
  const [better] = await project.train();
  keep('better', better?.record.id ?? '', candidates);
  candidates['revision'] = 'better';
  project.ran();
});
afterAll(removeFolders);

function keep(name: string, id: string, into: Record<string, string>): void {
  const copy = (from: string, to: string) => {
    project.write(`../${name}/${to}`, project.read(from));
    return `../${name}/${to}`;
  };
  into['run id'] = id;
  into['run.json'] = copy(`.trainyard/runs/${id}.json`, 'run.json');
  into['metrics file'] = copy('metrics.json', 'metrics.json');
  into['predictions file'] = copy('predictions.csv', 'predictions.csv');
}

const compare = (code: number, ...args: string[]) => project.json<CompareDocument>(code, 'compare', ...args);
const metric = ({ metrics }: CompareDocument, name: string) => metrics.find((row) => row.name === name);

describe('compare', () => {
  test.each(pairs)('a %s with a %s, judged by a rule where both have rows', async (a, b) => {
    const given = ['--candidate', candidates[a] as string, '--baseline', baselines[b] as string];
    const rule = 'accuracy:max-drop=0.02';
    const judged = rowsOf(a) && rowsOf(b);
    const document = await compare(0, ...given, ...(judged ? ['--rule', rule] : []));
    expect(Object.keys(document)).toEqual(['verdict', 'rules', 'metrics']);
    const answer = { rule, verdict: 'pass', evidence: { n: 400, method: 'tango' } };
    expect(document).toMatchObject(
      judged ? { verdict: 'pass', rules: [answer] } : { verdict: null, rules: [] },
    );
    expect(metric(document, 'accuracy') ?? neither).toMatchObject({
      candidate: rowsOf(a) ? 0.95 : null,
      baseline: rowsOf(b) ? 0.9 : null,
    });
    expect(metric(document, 'size_kb') ?? neither).toMatchObject({
      candidate: a === 'predictions file' ? null : 90,
      baseline: b === 'predictions file' ? null : 100,
    });
    expect(project.ran()).toEqual([]);
  });

  const sides = () => [
    '--candidate',
    candidates['run id'] as string,
    '--baseline',
    baselines['run id'] as string,
  ];
  const backwards = () => [
    '--candidate',
    baselines['run id'] as string,
    '--baseline',
    candidates['run id'] as string,
  ];

  test('a rule that fails ends with 1, whatever else holds; rules keep their text as given', async () => {
    const given = [
      'accuracy:min=.5',
      ' accuracy : max-drop = 2% ',
      'accuracy[region=north]:min=0.1,level=warn',
    ];
    const rules = given.flatMap((rule) => ['--rule', rule]);
    const files = [
      '--candidate',
      baselines['predictions file'],
      '--baseline',
      candidates['predictions file'],
    ];
    const document = await compare(1, ...(files as string[]), ...rules);
    expect(document.verdict).toBe('fail');
    expect(document.rules.map(({ rule, verdict }) => [rule, verdict])).toEqual([
      [given[0], 'pass'],
      [given[1], 'fail'],
      [given[2], 'pass'],
    ]);
  });

  test.each([
    ['a rule that only warns', ['--rule', 'accuracy:max-drop=0.02,level=warn'], 0, 'fail'],
    ['a rule that cannot be told', ['--rule', 'accuracy:max-drop=0.05'], 0, 'inconclusive'],
    ['a metric that is not there', ['--rule', 'acuracy:min=0.5'], 2, 'error'],
  ])('%s', async (_, rules, code, verdict) => {
    expect((await compare(code, ...backwards(), ...rules)).verdict).toBe(verdict);
  });

  test('a metric with no known direction needs one', async () => {
    const args = [
      '--candidate',
      candidates['metrics file'] as string,
      '--baseline',
      baselines['metrics file'] as string,
    ];
    const { code, stderr } = await project.run('compare', ...args, '--rule', 'size_kb:max-drop=1');
    expect(code).toBe(2);
    expect(stderr).toContain('needs to know whether more or less of size_kb is better');
  });

  test('--format md prints the comment, html a page, json what --json prints', async () => {
    const md = await project.run('compare', ...sides(), '--format', 'md');
    expect(md.stdout).toContain('<!-- trainyard:compare -->');
    expect(md.stdout).toMatch(/\| .*accuracy.*0\.9/);
    const plain = await project.run('compare', ...sides());
    expect(plain.stdout).toBe(md.stdout);
    const html = await project.run('compare', ...sides(), '--format', 'html');
    expect(html.stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/i);
    const json = await project.run('compare', ...sides(), '--format', 'json');
    expect(documentOf(json)).toEqual(await compare(0, ...sides()));
    expect([md.code, html.code, json.code]).toEqual([0, 0, 0]);
  });

  test('writes nothing into .trainyard', async () => {
    const copy = project.copy();
    const before = copy.list('.trainyard').sort();
    expect((await copy.run('compare', ...sides())).code).toBe(0);
    expect(copy.list('.trainyard').sort()).toEqual(before);
  });

  test('without sides it is the work tree against what its baseline finds', async () => {
    const document = await compare(0);
    expect(metric(document, 'accuracy')).toMatchObject({ candidate: 0.95, baseline: 0.9 });
    expect(document.verdict).toBeNull();
    expect((await compare(0, '--rule', 'accuracy:max-drop=0.02')).verdict).toBe('pass');
  });

  test('a commit without a record is computed in a worktree', async () => {
    const copy = project.copy();
    copy.edit('params.yaml', 'errors: 20', 'errors: 60');
    const sha = copy.commit();
    copy.git('switch', '--quiet', 'main');
    const document = await copy.json<CompareDocument>(0, 'compare', '--candidate', sha, '--baseline', 'main');
    expect(metric(document, 'accuracy')).toMatchObject({ candidate: 0.85, baseline: 0.9 });
    expect(copy.ran()).toEqual(['train', 'evaluate']);
    expect(copy.git('worktree', 'list').split('\n')).toHaveLength(1);
  });

  test('a record of a newer schema asks for an upgrade and names its file', async () => {
    const text = project.read('../main/run.json').replace('"version": 1', '"version": 2');
    project.write('../newer.json', text);
    const { code, stderr } = await project.run(
      'compare',
      '--candidate',
      '../newer.json',
      '--baseline',
      'main',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: \.\.\/newer\.json.*version 2/m);
  });

  test('a name that is nothing says what it may be', async () => {
    const { code, stderr } = await project.run('compare', '--candidate', 'nothing', '--baseline', 'main');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .*"nothing"/m);
    expect(stderr).toMatch(/revision/);
  });
});

describe('compare outside of any repository', () => {
  let folder: string;
  beforeAll(() => {
    folder = join(makeFolder(), 'bare');
    mkdirSync(folder);
    for (const [name, errors] of [
      ['a', 4],
      ['b', 10],
    ] as const) {
      const rows = Array.from({ length: 200 }, (_, i) => {
        const guess = i < errors ? 1 - (i % 2) : i % 2;
        return `${i},${i % 2},${guess},${guess ? 0.8 : 0.3}`;
      });
      writeFileSync(join(folder, `${name}.csv`), `id,label,prediction,score\n${rows.join('\n')}\n`);
      writeFileSync(
        join(folder, `${name}.json`),
        JSON.stringify({ accuracy: 1 - errors / 200, loss: errors }),
      );
      writeFileSync(
        join(folder, `${name}-run.json`),
        project.read(`../${name === 'a' ? 'better' : 'main'}/run.json`),
      );
    }
  });

  const extensions = ['.csv', '.json', '-run.json'];
  test.each(extensions.flatMap((a) => extensions.map((b) => [a, b])))('a%s with b%s', async (a, b) => {
    const finished = await runCommand(
      ['compare', '--candidate', `a${a}`, '--baseline', `b${b}`, '--rule', 'accuracy:min=0.9', '--json'],
      folder,
    );
    const document = documentOf(finished) as CompareDocument;
    expect(finished.code).toBe(0);
    expect(document).toMatchObject({ verdict: 'pass', rules: [{ rule: 'accuracy:min=0.9' }] });
    const values = { '.csv': [0.98, 0.95], '.json': [0.98, 0.95], '-run.json': [0.95, 0.9] };
    expect(metric(document, 'accuracy')).toMatchObject({
      candidate: expect.closeTo(values[a as '.csv'][0] as number, 10),
      baseline: expect.closeTo(values[b as '.csv'][1] as number, 10),
    });
    expect(existsSync(join(folder, '.trainyard'))).toBe(false);
  });

  test('the work tree or a revision needs a repository', async () => {
    const none = await runCommand(['compare', '--baseline', 'b.json'], folder);
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/^error: .*repository/m)]);
    const revision = await runCommand(['compare', '--candidate', 'a.json', '--baseline', 'main'], folder);
    expect([revision.code, revision.stderr]).toEqual([2, expect.stringMatching(/^error: .*repository/m)]);
  });

  test('rows without a shared id are no comparison', async () => {
    writeFileSync(join(folder, 'other.csv'), 'id,label,prediction\nx,1,1\ny,0,0\n');
    const args = ['--candidate', 'a.csv', '--baseline', 'other.csv', '--rule', 'accuracy:max-drop=0.1'];
    const finished = await runCommand(['compare', ...args, '--json'], folder);
    expect(finished.code).toBe(2);
    expect((documentOf(finished) as CompareDocument).rules[0]?.evidence.state).toBe('rows-changed');
  });
});
