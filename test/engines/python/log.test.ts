import { afterEach, describe, expect, test } from '@jest/globals';
import { stageTable } from '../../../src/engines/python/log.ts';
import { makeProject, type Project } from './project.ts';

let project: Project;
afterEach(() => project.remove());

/** What each group holds, by the name of its stage; fails when groups mix. */
function groups(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  let open: string | null = null;
  for (const line of lines) {
    if (line.startsWith('[ ')) {
      expect(open).toBeNull();
      open = line.slice(2).split(':')[0] as string;
      found.set(open, '');
    } else if (line === ']') open = null;
    else if (line.startsWith('| ')) {
      expect(open).not.toBeNull();
      found.set(open as string, (found.get(open as string) as string) + line.slice(2));
    }
  }
  expect(open).toBeNull();
  return found;
}

describe('the log of a run', () => {
  test('lines of stages that run at once stay together and are all there', async () => {
    project = await makeProject();
    const speak = (name: string) => `for i in $(seq 50); do echo ${name} $i; sleep 0.005; done`;

    await project.run({
      a: { run: speak('a') },
      b: { run: `sleep 0.1; ${speak('b')}` },
      c: { run: speak('c') },
    });

    const found = groups(project.log.lines);
    for (const name of ['a', 'b', 'c']) {
      expect(found.get(name)).toBe(
        Array.from({ length: 50 }, (_, index) => `${name} ${index + 1}\n`).join(''),
      );
    }
  });

  test('the only running stage is shown while it runs', async () => {
    project = await makeProject();
    const seen: number[] = [];
    const { output } = project.log;
    project.log.output = (chunk) => {
      seen.push(performance.now());
      return output(chunk);
    };

    await project.run({ a: { run: 'echo one; sleep 0.6; echo two' } });

    expect((seen.at(-1) as number) - (seen[0] as number)).toBeGreaterThan(400);
  });

  test('a cursor never splits a line of a running stage', async () => {
    project = await makeProject();
    const spec = project.spec({
      a: { run: 'printf "whole\\nhal"; while [ ! -e go ]; do sleep 0.02; done; echo f' },
    });
    const ref = await project.engine.submit(spec, await project.engine.plan(spec));
    let first = await project.engine.logs(ref, null);
    while (first.text === '') first = await project.engine.logs(ref, null);

    expect(first.text).toBe('whole\n');
    await project.write('go', '');
    await project.engine.collect(spec, ref);
    expect((await project.engine.logs(ref, first.cursor)).text).toBe('half\n');
  });

  test('ends with a table of stages and times', () => {
    const table = stageTable([
      { name: 'prepare', result: 'unchanged', seconds: 0.01, tries: 0 },
      { name: 'train', result: 'ran', seconds: 62.34, tries: 2 },
    ]);

    expect(table.split('\n')).toEqual([
      'stage    result          time',
      'prepare  unchanged      0.0 s',
      'train    ran           62.3 s (2 tries)',
    ]);
  });
});
