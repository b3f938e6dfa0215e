import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentOf, removeFolders } from '../rig/command.ts';
import { makeProject, type Project, plainConfig } from '../rig/project.ts';

let project: Project;

beforeAll(() => {
  project = makeProject();
});
afterAll(removeFolders);

/** What `train` says of this configuration, which must be an error before anything runs. */
async function refusal(config: string | Uint8Array): Promise<string> {
  project.write('trainyard.yml', config);
  const { code, stdout, stderr } = await project.run('train');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(project.ran()).toEqual([]);
  expect(stderr).not.toContain('bug in trainyard');
  expect(stderr).not.toMatch(/^\s+at .*\.js/m);
  return stderr;
}

describe('a configuration that cannot be used', () => {
  test('none at all shows the shortest', async () => {
    project.remove('trainyard.yml');
    const { code, stderr } = await project.run('gate');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: trainyard\.yml: There is no trainyard\.yml in this project\.\n/);
    expect(stderr).toContain('version: 1');
  });

  test('the ending .yaml is not ours, and says so', async () => {
    project.remove('trainyard.yml');
    project.write('trainyard.yaml', plainConfig);
    const { stderr } = await project.run('train');
    project.remove('trainyard.yaml');
    expect(stderr).toContain('Rename trainyard.yaml to trainyard.yml.');
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ['broken YAML', 'version: 1\nmodel: [churn\n', /^error: trainyard\.yml:\d+:\d+: /],
    ['an empty file', '', /trainyard\.yml:1:1: trainyard\.yml is empty\./],
    [
      'another version',
      'version: 2\nmodel: churn\n',
      /trainyard\.yml:1:\d+: trainyard\.yml is version 2; this trainyard reads version 1/,
    ],
    ['UTF-16', Buffer.from('\ufeffversion: 1\n', 'utf16le'), /trainyard\.yml is UTF-16/],
    [
      'an unknown key',
      plainConfig.replace('gate:', 'gates:'),
      /trainyard\.yml:7:1: Unknown key "gates"[\s\S]*"gate"/,
    ],
    [
      'an unknown key of a stage',
      plainConfig.replace('outs:', 'out:'),
      /trainyard\.yml:4:71: Unknown key "out"[\s\S]*Did you mean "outs"/,
    ],
    [
      'an unknown engine',
      plainConfig.replace('pipeline:', 'engine: pyhton\npipeline:'),
      /pyhton[\s\S]*python/,
    ],
    ['no pipeline', 'version: 1\nmodel: churn\n', /pipeline/],
    [
      'a rule without a bar',
      plainConfig.replace('min: 0.7, max-drop: 0.02', 'level: warn'),
      /trainyard\.yml:8:\d+: /,
    ],
    [
      'a margin the wrong way',
      plainConfig.replace('max-drop', 'max-rise'),
      /trainyard\.yml:8:\d+: "max-rise" says nothing about "accuracy": higher is better\.\n.*"max-drop"/,
    ],
    ['a NaN bar', plainConfig.replace('0.7', '.nan'), /trainyard\.yml:8:\d+: /],
    [
      'a cycle of stages',
      plainConfig.replace('deps: [train.sh]', 'deps: [train.sh, metrics.json]'),
      /trainyard\.yml:4:\d+: .*(train.*evaluate|evaluate.*train)/,
    ],
    [
      'two stages that write one file',
      plainConfig.replace('metrics: [metrics.json]', 'outs: [model.txt]'),
      /model\.txt/,
    ],
    [
      'a dependency that nothing makes',
      plainConfig.replace('[train.sh]', '[trian.sh]'),
      /trainyard\.yml:4:\d+: Stage "train" depends on "trian\.sh"/,
    ],
    [
      'an output outside of the project',
      plainConfig.replace('model.txt]', '../../model.txt]'),
      /\.\.\/\.\.\/model\.txt/,
    ],
    [
      'a million aliases',
      `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*${i ? `b${i - 1}` : 'a'}, *${i ? `b${i - 1}` : 'a'}]`).join('\n')}\n`,
      /trainyard\.yml/,
    ],
  ])('%s', async (_, config, message) => {
    expect(await refusal(config)).toMatch(message);
  });

  test('two of them', async () => {
    project.write('.github/trainyard.yml', plainConfig);
    const message = await refusal(plainConfig);
    project.remove('.github');
    expect(message).toContain('There are two configurations: trainyard.yml and .github/trainyard.yml.');
  });

  test('with --json the error is one document with its place', async () => {
    project.write('trainyard.yml', plainConfig.replace('gate:', 'gates:'));
    const finished = await project.run('gate', '--json');
    expect(finished.code).toBe(2);
    expect(documentOf(finished)).toMatchObject({
      schema: 'trainyard/error',
      verdict: 'error',
      kind: 'error',
      exit: 2,
      message: expect.stringContaining('Unknown key "gates"'),
      place: { file: 'trainyard.yml', line: 7, column: 1 },
    });
  });
});
