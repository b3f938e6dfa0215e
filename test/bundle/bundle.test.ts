import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Ajv from 'ajv';
import { repositoryRoot } from '../rig/build.ts';
import { documentOf, makeFolder, removeFolders, startNode } from '../rig/command.ts';
import { makeProject, type Project } from '../rig/project.ts';

let place: string;
let project: Project;

/** What a user has: `bin/` and `dist/` alone, nothing installed. */
beforeAll(() => {
  place = join(makeFolder(), 'trainyard');
  mkdirSync(place);
  for (const folder of ['bin', 'dist'])
    cpSync(join(repositoryRoot, folder), join(place, folder), { recursive: true });
  cpSync(join(repositoryRoot, 'package.json'), join(place, 'package.json'));
  project = makeProject();
});
afterAll(removeFolders);

const run = (...args: string[]) =>
  startNode([join(place, 'bin/trainyard.js'), ...args], project.folder, project.env).finished;

describe('bin/trainyard.js with dist/ and nothing else', () => {
  test('has no packages to fall back on', () => {
    expect(existsSync(join(place, 'node_modules'))).toBe(false);
    const bytes = readdirSync(join(place, 'dist')).map((name) =>
      readFileSync(join(place, 'dist', name), 'utf8'),
    );
    for (const text of bytes) expect(text).not.toContain(repositoryRoot);
  });

  test('answers in a thread', async () => {
    const script = `
      const { Worker } = require('node:worker_threads');
      const starter = 'import(require("node:worker_threads").workerData).then(({ thread }) => thread())';
      const worker = new Worker(starter, { eval: true, workerData: process.argv[1] });
      const plan = { file: 'p.csv', header: ['label'], ids: 'ascending', drop: false, columns: [] };
      const bytes = new TextEncoder().encode('1\\n0\\n');
      const job = { plan, format: 'csv', bytes, row: 0, line: 2, last: true };
      worker.on('message', ({ rows }) => { console.log(rows); worker.terminate(); });
      worker.postMessage({ name: 'predictions-part', job });`;
    const program = pathToFileURL(join(place, 'dist/index.js')).href;
    const answer = await startNode(['-e', script, program], place, project.env).finished;

    expect(answer).toEqual({ code: expect.any(Number), stdout: '2\n', stderr: '' });
  });

  test('--version is that of package.json', async () => {
    const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each(['train', 'evaluate', 'compare', 'gate', 'record'])('%s --help', async (verb) => {
    const { code, stdout, stderr } = await run(verb, '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^trainyard ${verb} `));
  });

  test('plays the loop: train, gate, compare, evaluate, record', async () => {
    const trained = await run('train', '--json');
    expect([trained.code, documentOf(trained)]).toMatchObject([0, { runs: [{ ledger: 'written' }] }]);
    project.branch('change');
    project.edit('params.yaml', 'errors: 40', 'errors: 80');
    project.commit();
    const judged = await run('gate', '--json');
    expect([judged.code, documentOf(judged)]).toMatchObject([1, { verdict: 'fail' }]);
    const compared = await run('compare', '--baseline', 'main', '--format', 'html');
    expect([compared.code, compared.stdout.slice(0, 15).toLowerCase()]).toEqual([0, '<!doctype html>']);
    const evaluated = await run('evaluate', '--json', '--predictions', 'predictions.csv');
    expect([evaluated.code, documentOf(evaluated)]).toMatchObject([0, { metrics: expect.any(Array) }]);
    project.git('switch', '--quiet', 'main');
    project.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'change');
    const recorded = await run('record', '--json');
    expect([recorded.code, documentOf(recorded)]).toMatchObject([0, { runs: [{ how: 'promoted' }] }]);
    expect(project.ran()).toEqual(['train', 'evaluate', 'train', 'evaluate']);
  });

  test('a verdict is a document of its schema', async () => {
    const schema = JSON.parse(readFileSync(join(repositoryRoot, 'schema/verdict.schema.json'), 'utf8'));
    const validate = new Ajv.default({ strict: false }).compile(schema);
    const document = documentOf(await run('gate', '--json'));
    expect(validate(document) || validate.errors).toBe(true);
    expect(validate({ ...(document as object), exit: 7 })).toBe(false);
  });

  test('says mistakes as the sources do', async () => {
    const { code, stdout, stderr } = await run('gaet');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('error: unknown verb "gaet". Did you mean "gate"?');
  });
});
