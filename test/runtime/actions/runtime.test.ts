import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../../engines/python/project.ts';
import { makeFolder, removeFolders, startNode } from '../../rig/command.ts';
import { readAsRunner } from '../../rig/runner/commands.ts';
import { compileSources } from '../compiled.ts';

let folder: string;
let workspace: string;
beforeAll(() => {
  folder = makeFolder();
  workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  compileSources(join(folder, 'src'), ['runtime', 'core']);
  writeFileSync(join(folder, 'step.mjs'), step);
});
afterAll(removeFolders);

/** Runs a stage, which is a shell script, as a step does. */
const step = `
  import { createActionsRuntime } from './src/runtime/actions/index.js';
  try {
    const { log, processes, signal, cwd } = createActionsRuntime();
    log.mask('ghs_secret');
    log.group('train');
    const output = (chunk) => log.output(chunk);
    const result = await processes.run({ command: 'sh', args: ['-c', process.argv[2]], cwd, signal,
      env: { PATH: process.env.PATH }, onStdout: output, onStderr: output, graceMs: 100 });
    log.progress('done');
    log.endGroup();
    log.warn('code ' + result.code + (result.cancelled ? ', cancelled' : ''), { title: 'Stage' });
  } catch (error) {
    process.exitCode = 2;
    process.stderr.write(error.name + ': ' + error.message);
  }`;

const start = (script: string, env: Record<string, string> = { GITHUB_WORKSPACE: workspace }) =>
  startNode([join(folder, 'step.mjs'), script], folder, { PATH: process.env['PATH'] ?? '', ...env });

const ours = (last: string) => [
  { name: 'add-mask', properties: {}, data: 'ghs_secret' },
  { name: 'group', properties: {}, data: 'train' },
  { name: 'endgroup', properties: {}, data: '' },
  { name: 'warning', properties: { title: 'Stage' }, data: last },
];

describe('a stage in a step', () => {
  test.each([
    [
      'commands',
      [
        ...['::set-output name=verdict::pass', '::save-state name=a::b', '::set-env name=PATH::/tmp'],
        ...['::error file=a.py,line=1::broken', '::notice::x', '::debug::x', '::add-matcher::m.json'],
        ...['::endgroup::', '::group::mine', '##[group]mine', '##[endgroup]', 'text ##[error]x'],
        ...['##[set-env name=A;]b', '   ::error::a', '\t::error::b', '\u00a0::error::c'],
      ],
    ],
    ['fences of its own', ['::stop-commands::x', '::error::a', '::x::', '::error::b', '::stop-commands::y']],
  ])('cannot speak to the runner by %s', async (_what, lines) => {
    const { code, stdout, stderr } = await start(`printf '%s\\n' ${lines.map((l) => `'${l}'`).join(' ')}`)
      .finished;

    expect([code, stderr]).toEqual([0, '']);
    expect(readAsRunner(stdout)).toEqual({ commands: ours('code 0'), shown: lines });
  });

  test('cannot with pieces of lines, on stdout and stderr, without an end of the last line', async () => {
    const script = `printf '::err'; sleep 0.1; printf 'or::a\\r::error::b\\n::stop'; sleep 0.1; printf '::error::c' >&2`;
    const { stdout } = await start(script).finished;
    expect(readAsRunner(stdout).commands).toEqual(ours('code 0'));
  });

  test('keeps its bytes', async () => {
    const { stdout } = await start(`printf '\\033[31mré\\000d\\033[0m\\n'`).finished;
    expect(readAsRunner(stdout).shown).toEqual(['\x1b[31mré\0d\x1b[0m']);
  });

  test('works in the workspace', async () => {
    const { stdout } = await start('pwd').finished;
    expect(readAsRunner(stdout).shown).toEqual([workspace]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('is cancelled by %s', async (signal) => {
    const { child, said, finished } = start('echo here; sleep 30');
    await until(() => said.stdout.includes('here'));
    child.kill(signal);
    expect(readAsRunner((await finished).stdout).commands).toEqual(ours('code null, cancelled'));
  });
});

describe('outside of a job', () => {
  test('there is no workspace, and that is said', async () => {
    const { code, stderr } = await start('true', {}).finished;
    expect([code, stderr]).toEqual([2, expect.stringContaining('ConfigError: GITHUB_WORKSPACE is not set')]);
  });
});
