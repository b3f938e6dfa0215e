import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project } from '../rig/project.ts';

let recorded: Project;

beforeAll(async () => {
  recorded = makeProject();
  await recorded.train();
  for (const made of ['metrics.json', 'predictions.csv']) recorded.write(`../${made}`, recorded.read(made));
  recorded.ran();
});
afterAll(removeFolders);

/** A branch whose pipeline must not run. */
function change(): Project {
  const project = recorded.copy();
  project.branch('change');
  project.write('train.sh', 'exit 9\n');
  project.commit();
  return project;
}

/** Predictions of 400 rows with every n-th wrong. */
function predictions(every: number): string {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const label = i % 2;
    const guess = i % every === 0 ? 1 - label : label;
    return `row-${i},${label},${guess},${guess ? 0.9 : 0.1}`;
  });
  return `id,label,prediction,score\n${rows.join('\n')}\n`;
}

describe('record with files made elsewhere', () => {
  test.each([
    ['good', 20, 0],
    ['bad', 5, 1],
  ])('a %s run is what the gate judges, and nothing is trained', async (_, every, exit) => {
    const project = change();
    project.write('../gpu.csv', predictions(every));
    const [imported] = await project.record('--metrics', '../metrics.json', '--predictions', '../gpu.csv');
    expect(imported).toMatchObject({
      how: 'imported',
      ledger: 'written',
      record: { run_key: null, trust: { imported: true }, predictions: { rows: 400, task: 'binary' } },
    });
    const verdict = await project.gate(exit);
    expect(verdict.models[0]?.candidate).toBe(imported?.record.id);
    expect(verdict.models[0]?.rules[0]?.evidence.n).toBe(400);
    expect(verdict.models[0]?.metrics.find(({ name }) => name === 'size_kb')?.candidate).toBe(100);
    expect(project.ran()).toEqual([]);
    expect(
      (await project.record('--metrics', '../metrics.json', '--predictions', '../gpu.csv'))[0]?.ledger,
    ).toBe('unchanged');
  });

  test('evaluate shows it too', async () => {
    const project = change();
    await project.record('--metrics', '../metrics.json');
    expect(await project.json(0, 'evaluate')).toMatchObject({ metrics: [{ name: 'size_kb', value: 100 }] });
  });

  test('serves as the baseline after the merge', async () => {
    const project = change();
    project.write('../gpu.csv', predictions(20));
    const [imported] = await project.record('--predictions', '../gpu.csv');
    project.git('switch', '--quiet', 'main');
    project.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'change');
    const [promoted] = await project.record();
    expect(promoted).toMatchObject({
      how: 'promoted',
      record: { promoted_from: imported?.record.id, trust: { imported: true } },
    });
  });

  test('belongs to its commit: the next one is not judged by it', async () => {
    const project = change();
    project.write('../gpu.csv', predictions(20));
    await project.record('--predictions', '../gpu.csv');
    project.write('docs.md', 'New.\n');
    project.commit();
    expect((await project.gate(2)).sentence).toContain('train');
  });

  test.each([
    [
      'a metrics file that is not there',
      ['--metrics', 'none.json'],
      'none.json: The metrics file none.json does not exist.',
    ],
    [
      'a predictions file that is not there',
      ['--predictions', 'none.csv'],
      'none.csv: The predictions file none.csv does not exist.',
    ],
  ])('%s ends with its name', async (_, args, message) => {
    const { code, stderr } = await recorded.copy().run('record', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test('a dirty tree is refused: the record would describe something else', async () => {
    const project = change();
    project.edit('params.yaml', 'errors: 40', 'errors: 30');
    const { code, stderr } = await project.run('record', '--metrics', '../metrics.json');
    expect(code).toBe(2);
    expect(stderr).toContain('error: The work tree differs from its commit');
    expect(stderr).toContain('how to mend it: Commit or stash');
  });
});
