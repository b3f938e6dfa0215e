import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readState, saveState, setOutput } from '../../../src/runtime/actions/index.ts';
import { makeFolder, removeFolders } from '../../git/repository.ts';
import { readAsFileCommands } from '../../rig/runner/files.ts';

const before = process.env;
let file: string;
beforeEach(() => {
  file = join(makeFolder(), 'file');
  writeFileSync(file, '');
  process.env = { GITHUB_OUTPUT: file, GITHUB_STATE: file };
});
afterEach(() => {
  process.env = before;
});
afterAll(removeFolders);

describe.each([
  ['an output', setOutput, 'GITHUB_OUTPUT'],
  ['a state', saveState, 'GITHUB_STATE'],
] as const)('%s', (_what, write, variable) => {
  test('is what the runner reads, after what was there', () => {
    writeFileSync(file, 'earlier=1\n');
    write('verdict', 'pass');
    write('report', 'two\nlines');
    expect(readAsFileCommands(readFileSync(file, 'utf8'))).toEqual({
      earlier: '1',
      verdict: 'pass',
      report: 'two\nlines',
    });
  });

  test('holds nothing that makes another one, whatever its value is', () => {
    const hostile = fc
      .array(fc.oneof(fc.constantFrom('\n', 'x=1', 'x<<E', 'E', 'ghadelimiter_', '%0A'), fc.string()))
      .map((parts) => parts.join('').replaceAll('\r', ''));
    fc.assert(
      fc.property(hostile, (value) => {
        writeFileSync(file, '');
        write('a', value);
        write('b', 'end');
        expect(readAsFileCommands(readFileSync(file, 'utf8'))).toEqual({ a: value, b: 'end' });
      }),
    );
  });

  test.each([undefined, ''])('is refused outside of a job (%p)', (value) => {
    if (value === undefined) delete process.env[variable];
    else process.env[variable] = value;
    expect(() => write('a', 'b')).toThrow(
      expect.objectContaining({ name: 'ConfigError', message: expect.stringContaining(variable) }),
    );
  });

  test('names the file that cannot be written', () => {
    process.env[variable] = join(file, 'none');
    expect(() => write('a', 'b')).toThrow(
      expect.objectContaining({
        name: 'ConfigError',
        message: expect.stringContaining(join(file, 'none')),
      }),
    );
  });
});

describe('a state that was saved', () => {
  test('is read where the runner gives it', () => {
    process.env['STATE_run'] = 'abc';
    expect(readState('run')).toBe('abc');
    expect(readState('other')).toBeNull();
  });
});
