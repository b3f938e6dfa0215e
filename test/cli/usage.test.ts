import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { usage, verbHelp, verbs } from '../../src/cli/help.ts';
import { version } from '../../src/version.ts';
import { repositoryRoot } from '../rig/build.ts';
import { documentOf, makeFolder, removeFolders, runCommand } from '../rig/command.ts';

let folder: string;
const run = (...args: string[]) => runCommand(args, folder);

beforeAll(() => {
  folder = join(makeFolder(), 'empty');
  mkdirSync(folder);
});
afterAll(removeFolders);

describe('help and version', () => {
  test.each(verbs)('%s --help shows its options and nothing else', async (verb) => {
    expect(await run(verb, '--help')).toEqual({ code: 0, stdout: verbHelp[verb], stderr: '' });
    expect(verbHelp[verb]).toContain(`trainyard ${verb}`);
    expect(verbHelp[verb]).toContain('--json');
  });

  test.each([['--help'], ['-h'], ['help']])('%s shows all verbs', async (word) => {
    expect(await run(word)).toEqual({ code: 0, stdout: usage, stderr: '' });
    for (const verb of verbs) expect(usage).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
  });

  test('help on the way does not run the verb', async () => {
    expect((await run('gate', '--model', 'churn', '-h')).stdout).toBe(verbHelp.gate);
    expect((await run('help', 'gate')).stdout).toBe(verbHelp.gate);
  });

  test.each([['--version'], ['-v']])('%s is that of package.json', async (word) => {
    const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
    expect(version).toBe(manifest.version);
    expect(await run(word)).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });
});

describe('usage errors end with 2 and say what was meant', () => {
  test('nothing at all shows the verbs', async () => {
    expect(await run()).toEqual({ code: 2, stdout: '', stderr: usage });
  });

  test.each<[string[], string]>([
    [['gaet'], 'error: unknown verb "gaet". Did you mean "gate"?'],
    [['deploy-everything'], 'error: unknown verb "deploy-everything".\n'],
    [['__proto__'], 'error: unknown verb "__proto__".'],
    [['constructor'], 'error: unknown verb "constructor".'],
    [
      ['gate', '--modle', 'x'],
      'error: Unknown option --modle.\n  how to mend it: Did you mean --model? See "trainyard gate --help".',
    ],
    [['gate', '--rule', 'x'], 'error: Unknown option --rule.'],
    [['gate', '-x'], 'error: Unknown option -x.'],
    [['gate', '--__proto__=1'], 'error: Unknown option --__proto__.'],
    [['gate', 'churn'], 'error: Unexpected argument "churn".'],
    [['gate', '--', '--json'], 'error: Unexpected argument "--json".'],
    [['gate', '--'], 'There is no trainyard.yml|not a git repository|git'],
    [['gate', '--model'], 'error: --model needs a value.'],
    [['gate', '--model='], 'error: --model needs a value.'],
    [['compare', '--candidate', '--baseline', 'x'], 'error: --candidate needs a value.'],
    [['gate', '--model', 'a', '--model', 'b'], 'error: --model was given twice.'],
    [['gate', '--json=yes'], 'error: --json takes no value.'],
    [['gate', '--no-json'], 'error: Unknown option --no-json.'],
    [['evaluate', '--slice', 'a'], 'error: --slice belongs to --predictions FILE.'],
    [['compare', '--format', 'xml'], 'error: --format "xml" is not known.\n  expected: md, json, html'],
    [['compare', '--format', 'htm'], 'Did you mean "html"?'],
    [['compare', '--rule', 'accuracy'], 'error: The rule "accuracy" cannot be read.'],
    [['compare', '--rule', 'accuracy:max-dorp=1'], 'Did you mean "max-drop"?'],
    [['compare', '--rule', 'accuracy:min=1e999'], '"1e999" is not an amount.'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(message.includes('|') ? message : escaped(message)));
    expect(stderr).not.toMatch(/bug in trainyard|^\s+at /m);
  });

  test('with --json the error is one document', async () => {
    const finished = await run('gate', '--json', '--modle', 'x');
    expect(finished.code).toBe(2);
    expect(documentOf(finished)).toEqual({
      schema: 'trainyard/error',
      version: 1,
      verdict: 'error',
      kind: 'error',
      exit: 2,
      message: 'Unknown option --modle.',
      place: null,
      hint: 'Did you mean --model? See "trainyard gate --help".',
    });
  });

  test('a value that begins with a dash is given with an equals sign', async () => {
    const { stderr } = await run('compare', '--candidate=--odd', '--baseline=-odd');
    expect(stderr).not.toContain('needs a value');
    expect(stderr).toContain('--odd');
  });

  test('a compare with --format json says errors as a document too', async () => {
    const finished = await run('compare', '--format', 'json', '--candidate', 'none', '--baseline', 'none');
    expect(finished.code).toBe(2);
    expect(documentOf(finished)).toMatchObject({ schema: 'trainyard/error', exit: 2 });
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
