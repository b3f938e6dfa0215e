import { existsSync } from 'node:fs';
import { readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf, type TreeEntry } from '../../../src/engines/python/digest.ts';
import { create } from '../../../src/engines/python/index.ts';
import { fileError } from '../../../src/runtime/node/file-errors.ts';
import { makeProject, type Project, results } from './project.ts';

let project: Project;
afterEach(() => project.remove());

const pipeline = {
  prepare: {
    run: 'echo p >> runs; mkdir data; cp raw.csv data/clean.csv',
    deps: ['raw.csv'],
    outs: ['data'],
  },
  train: {
    run: 'echo t >> runs; cat data/clean.csv params.yaml > model',
    deps: ['data'],
    outs: ['model'],
    params: [{ 'params.yaml': ['train'] }],
  },
};
const files = { 'raw.csv': 'a,b\n', 'params.yaml': 'train: {rate: 0.1}\nother: 1\n' };

async function objects(): Promise<string[]> {
  const folder = join(project.folder, '.trainyard/cache/objects');
  const names = await Promise.all(
    (await readdir(folder)).map(async (part) =>
      (await readdir(join(folder, part))).map((name) => join(folder, part, name)),
    ),
  );
  return names.flat();
}

describe('stages that need not run', () => {
  test('nothing changed: nothing runs', async () => {
    project = await makeProject(files);
    await project.run(pipeline);

    expect(results(await project.run(pipeline))).toEqual(['prepare:unchanged', 'train:unchanged']);
    expect(await project.read('runs')).toBe('p\nt\n');
  });

  test('a changed file runs what depends on it; what comes out equal stops there', async () => {
    project = await makeProject(files);
    const sorted = {
      ...pipeline,
      prepare: { ...pipeline.prepare, run: 'echo p >> runs; mkdir data; sort -u raw.csv > data/clean.csv' },
    };
    await project.run(sorted);

    await project.write('raw.csv', 'a,b\na,b\n');

    expect(results(await project.run(sorted))).toEqual(['prepare:ran', 'train:unchanged']);
  });

  test.each([
    ['a used parameter', 'train: {rate: 0.2}\nother: 1\n', 'train:ran'],
    ['a parameter nobody uses', 'train: {rate: 0.1}\nother: 2\n', 'train:unchanged'],
    ['comments and layout', '# new\nother: 1\ntrain:\n  rate: 0.10\n', 'train:unchanged'],
  ])('%s changed: %s', async (_what, params, expected) => {
    project = await makeProject(files);
    await project.run(pipeline);

    await project.write('params.yaml', params);

    expect(results(await project.run(pipeline))).toEqual(['prepare:unchanged', expected]);
  });

  test.each([
    ['command', { run: 'echo other > out' }, {}],
    ['shell', { shell: 'sh' }, {}],
    ['declared environment', { env: { LEVEL: '2' } }, {}],
    ['seed', {}, { seed: 5 }],
    ['list of outputs', { outs: ['out', 'twin'], run: 'echo x > out; echo x > twin' }, {}],
  ])('another %s runs the stage', async (_what, stage, changes) => {
    project = await makeProject(files);
    const before = { a: { run: 'echo x > out', outs: ['out'] } };
    await project.run(before);

    expect(results(await project.run({ a: { ...before.a, ...stage } }, changes))).toEqual(['a:ran']);
  });

  test('the same size and times do not hide new content', async () => {
    project = await makeProject(files);
    await project.run(pipeline);
    const old = await stat(join(project.folder, 'raw.csv'));

    await project.write('raw.csv', 'x,y\n');
    await utimes(join(project.folder, 'raw.csv'), old.atime, old.mtime);

    expect(results(await project.run(pipeline))[0]).toBe('prepare:ran');
  });

  test('byte code that Python leaves in a folder is no change', async () => {
    project = await makeProject({ 'src/a.py': 'x = 1\n' });
    const code = { a: { run: 'echo 1 > out', deps: ['src'], outs: ['out'] } };
    await project.run(code);

    await project.write('src/__pycache__/a.pyc', 'bytes');

    expect(results(await project.run(code))).toEqual(['a:unchanged']);
  });
});

describe('restored outputs', () => {
  test('what was deleted or altered comes back byte for byte, with modes, links and empty folders', async () => {
    project = await makeProject();
    const run =
      'mkdir -p d/empty d/sub; echo 1 > d/sub/f; printf "#!/bin/sh\\n" > d/tool; chmod +x d/tool; ln -s sub/f d/link';
    const folders = { a: { run, outs: ['d'] } };
    const first = await project.run(folders);
    await project.runtime.files.remove(join(project.folder, 'd'));
    await project.write('d/sub/f', 'altered');

    const outputs = await project.run(folders);

    expect(results(outputs)).toEqual(['a:restored']);
    expect(outputs.artifacts).toEqual(first.artifacts);
    expect(await project.read('d/link')).toBe('1\n');
    expect((await stat(join(project.folder, 'd/tool'))).mode & 0o111).toBe(0o111);
    expect(existsSync(join(project.folder, 'd/empty'))).toBe(true);
    expect((await readdir(project.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test.each([
    ['a file behind a link', (to: string) => [{ path: 'l', kind: 'link', value: to }], 'l/f'],
    ['a path that leaves the output', () => [], '../../elsewhere/f'],
    ['a path in another spelling', () => [], './f'],
  ])(
    'an entry of the cache with %s is no entry: the stage runs, nothing is written elsewhere',
    async (_what, before, path) => {
      project = await makeProject({ 'elsewhere/keep': '' });
      const folders = { a: { run: 'mkdir d; echo 1 > d/f', outs: ['d'] } };
      await project.run(folders);
      const stages = join(project.folder, '.trainyard/cache/stages');
      const [name = ''] = await readdir(stages);
      const entry = JSON.parse(await readFile(join(stages, name), 'utf8'));
      const [{ content }] = entry.outs;
      const links = before(join(project.folder, 'elsewhere')).map((link) => ({ ...link, bytes: 0 }));
      content.entries = [...links, { ...content.entries[0], path }];
      content.sha256 = digestOf(content.entries.map((e: TreeEntry) => [e.path, e.kind, e.value]));
      await writeFile(join(stages, name), JSON.stringify(entry));
      await project.runtime.files.remove(join(project.folder, 'd'));

      expect(results(await project.run(folders))).toEqual(['a:ran']);
      expect(await readdir(join(project.folder, 'elsewhere'))).toEqual(['keep']);
    },
  );

  test('going back to earlier inputs restores the earlier outputs', async () => {
    project = await makeProject(files);
    await project.run(pipeline);
    const model = await project.read('model');
    await project.write('raw.csv', 'new\n');
    await project.run(pipeline);

    await project.write('raw.csv', files['raw.csv']);

    expect(results(await project.run(pipeline))).toEqual(['prepare:restored', 'train:restored']);
    expect(await project.read('model')).toBe(model);
  });

  test('a damaged object is discarded with a warning, and the stage runs', async () => {
    project = await makeProject(files);
    await project.run(pipeline);
    for (const object of await objects()) {
      const { length } = (await project.runtime.files.readText(object)) as string;
      await project.runtime.files.write(object, 'X'.repeat(length));
    }
    await project.runtime.files.remove(join(project.folder, 'model'));

    const outputs = await project.run(pipeline);

    expect(results(outputs)).toEqual(['prepare:unchanged', 'train:ran']);
    expect(project.log.lines).toContainEqual(
      expect.stringContaining('warning: The cached output "model" of stage "train" is missing or damaged'),
    );
    await project.runtime.files.remove(join(project.folder, 'model'));
    expect(results(await project.run(pipeline))[1]).toBe('train:restored');
  });

  test('a cache entry that was cut short counts as none', async () => {
    project = await makeProject(files);
    await project.run(pipeline);
    const folder = join(project.folder, '.trainyard/cache/stages');
    for (const name of await readdir(folder))
      await project.runtime.files.write(join(folder, name), '{"format":1,"outs":[{');

    expect(results(await project.run(pipeline))).toEqual(['prepare:ran', 'train:ran']);
  });

  test('a cache entry cannot write outside of its output', async () => {
    project = await makeProject(files);
    await project.run(pipeline);
    const folder = join(project.folder, '.trainyard/cache/stages');
    for (const name of await readdir(folder)) {
      const text = (await project.runtime.files.readText(join(folder, name))) as string;
      await project.runtime.files.write(join(folder, name), text.replace('clean.csv', '../../evil.csv'));
    }
    await project.runtime.files.remove(join(project.folder, 'data'));

    expect(results(await project.run(pipeline))[0]).toBe('prepare:ran');
    expect(existsSync(join(project.folder, '../evil.csv'))).toBe(false);
  });

  test('a failed stage is never kept', async () => {
    project = await makeProject();
    const flaky = { a: { run: 'echo x > out; test -e ok', outs: ['out'] } };
    expect(results(await project.run(flaky))).toEqual(['a:failed']);

    await project.write('ok', '');

    expect(results(await project.run(flaky))).toEqual(['a:ran']);
  });

  test('outputs made while an input changed are not kept', async () => {
    project = await makeProject({ input: '1' });
    const racing = { a: { run: 'cp input out; echo 2 > input', deps: ['input'], outs: ['out'] } };

    await project.run(racing);

    expect(project.log.lines).toContainEqual(expect.stringContaining('changed while it ran'));
    await project.write('input', '1');
    expect(results(await project.run(racing))).toEqual(['a:ran']);
  });
});

describe('two at once', () => {
  test('the second run of a model in a work tree waits for the first', async () => {
    project = await makeProject();
    const slow = { a: { run: 'mkdir busy; sleep 0.5; rmdir busy; echo x > out', outs: ['out'] } };
    const spec = project.spec(slow);
    const other = create(project.runtime);
    const plan = await project.engine.plan(spec);

    const first = await project.engine.submit(spec, plan);
    const second = await other.submit(spec, plan);
    expect((await other.status(second)).state).toBe('queued');
    const [a, b] = await Promise.all([project.engine.collect(spec, first), other.collect(spec, second)]);

    expect([...results(a), ...results(b)]).toEqual(['a:ran', 'a:unchanged']);
    expect(project.log.lines).toContainEqual(expect.stringContaining('Waiting for another run of churn'));
  });

  test('a lock that is a link to nothing does not keep us waiting', async () => {
    project = await makeProject();
    const stage = { a: { run: 'echo x > out', outs: ['out'] } };
    const locks = join(project.folder, '.trainyard/locks');
    const name = `${digestOf([project.folder, 'churn']).slice(0, 32)}.lock`;
    await project.runtime.files.makeLink('/nowhere/at/all', join(locks, name));

    expect(results(await project.run(stage))).toEqual(['a:ran']);
    expect(await readdir(locks)).toEqual([]);
  });

  test.each([
    '',
    'no json',
    'null',
    '[]',
    '{"format":1}',
    '{"format":1,"entries":[1]}',
    '{"state":"running"}',
  ])('state files that hold %j count as none', async (text) => {
    project = await makeProject({ in: '1' });
    const stage = { a: { run: 'cp in out', deps: ['in'], outs: ['out'] } };
    await project.run(stage);
    const state = join(project.folder, '.trainyard');
    for (const entry of await readdir(state, { recursive: true })) {
      if (entry.endsWith('.json') && !entry.includes('environments'))
        await writeFile(join(state, entry), text);
    }

    expect(results(await project.run(stage))).toEqual(['a:ran']);
  });

  test('the lock of a dead process is taken over', async () => {
    project = await makeProject();
    const spec = project.spec({ a: { run: 'true' } });
    await project.run(spec.pipeline);
    const { host } = project.runtime.processes.self();
    const dead = JSON.stringify({ pid: 4_194_300, host, started: null });
    const writes: string[] = [];
    const files = { ...project.runtime.files };
    const runtime = {
      ...project.runtime,
      files: {
        ...files,
        async create(path: string, data: string | Uint8Array) {
          if (writes.length === 0) {
            writes.push(path);
            await files.create(path, dead);
          }
          return files.create(path, data);
        },
      },
    };
    const engine = create(runtime);

    const ref = await engine.submit(spec, await engine.plan(spec));

    expect((await engine.collect(spec, ref)).status).toBe('succeeded');
    expect(writes).toHaveLength(1);
  });
});

test('inputs are listed by path, and a dependency that is a link counts by its content', async () => {
  project = await makeProject({ 'real/a.txt': '1', 'src/b.py': '2', 'src/a.py': '3' });
  await symlink(join(project.folder, 'real'), join(project.folder, 'data'));
  const spec = project.spec({ a: { run: 'true', deps: ['src', 'data'] } });
  const before = await project.engine.plan(spec);
  expect(before.inputs.map((input) => input.path)).toEqual(['data/a.txt', 'src/a.py', 'src/b.py']);

  await project.write('real/a.txt', 'changed');

  expect((await project.engine.plan(spec)).runKey).not.toBe(before.runKey);
});

test('a disk that is full while outputs are stored is an UpstreamError, and nothing half written stays', async () => {
  project = await makeProject();
  const { files } = project.runtime;
  const full: typeof files.copy = async (_from, to) => {
    await files.append(to, 'half');
    throw fileError('copy to', to, Object.assign(new Error('full'), { code: 'ENOSPC' }));
  };
  const engine = create({ ...project.runtime, files: { ...files, copy: full } });
  const spec = project.spec({ a: { run: 'echo x > out', outs: ['out'] } });
  const ref = await engine.submit(spec, await engine.plan(spec));

  await expect(engine.collect(spec, ref)).rejects.toMatchObject({
    name: 'UpstreamError',
    message: expect.stringContaining('The disk is full'),
  });

  expect(await engine.status(ref)).toMatchObject({ state: 'failed' });
  expect(await objects()).toEqual([]);
  expect(await files.list(join(project.folder, '.trainyard/cache/stages'))).toBeNull();
  expect(await files.list(join(project.folder, '.trainyard/locks'))).toEqual([]);
  expect(results(await project.run(spec.pipeline))).toEqual(['a:ran']);
});
