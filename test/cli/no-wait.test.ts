import { afterAll, describe, expect, test } from '@jest/globals';
import { submitted } from '../../src/cli/print.ts';
import { documentOf, removeFolders } from '../rig/command.ts';
import { makeProject } from '../rig/project.ts';

afterAll(removeFolders);

describe('train --no-wait', () => {
  test('an engine whose runs end with the process is an error that names the model’s line, and nothing runs', async () => {
    const project = makeProject();

    const { code, stdout, stderr } = await project.run('train', '--no-wait');
    const json = await project.run('train', '--no-wait', '--json');

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('error: trainyard.yml:2: churn cannot be left to run');
    expect(stderr).toContain('how to mend it: Wait for it: leave out --no-wait');
    expect(documentOf(json)).toMatchObject({ kind: 'error', exit: 2 });
    expect(project.ran()).toEqual([]);
  });

  test('shows each run with its attempt, its state and where to look at it', () => {
    const ref = { engine: 'far', run_key: 'a'.repeat(64), attempt: 2, handle: 'jobs/17\u001b[31m' };
    const text = submitted([
      { model: 'churn', ref, state: 'queued', url: 'https://example.org/17' },
      { model: 'spam-filter', ref: { ...ref, attempt: 1 }, state: 'running', url: null },
    ]);
    expect(text.split('\n')).toEqual([
      'churn        attempt 2  queued   https://example.org/17',
      expect.stringMatching(/^spam-filter {2}attempt 1 {2}running {2}jobs\/17/),
      '',
    ]);
    expect(text).not.toContain('\u001b');
  });
});
