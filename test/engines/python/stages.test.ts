import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { isAlive, makeProject, type Project, results, until } from './project.ts';

let project: Project;
afterEach(() => project.remove());

describe('running stages', () => {
  test('independent stages run at once, dependent ones in order', async () => {
    project = await makeProject();
    const wait = (mine: string, other: string) =>
      `touch ${mine}; for i in $(seq 200); do [ -e ${other} ] && exit 0; sleep 0.05; done; exit 1`;

    const outputs = await project.run({
      last: { run: 'cat a b > c', deps: ['a', 'b'], outs: ['c'] },
      left: { run: wait('a', 'b'), outs: ['a'] },
      right: { run: wait('b', 'a'), outs: ['b'] },
    });

    expect(outputs.status).toBe('succeeded');
    expect(results(outputs)).toEqual(['left:ran', 'right:ran', 'last:ran']);
  });

  test('a failing stage is named with exit code, command and its last 20 lines; its dependants are skipped', async () => {
    project = await makeProject();

    const outputs = await project.run({
      train: { run: 'for i in $(seq 100 150); do echo line $i; done; exit 3', outs: ['model'] },
      evaluate: { run: 'true', deps: ['model'], outs: ['m.json'] },
    });

    expect(outputs.status).toBe('failed');
    expect(outputs.reason).toMatch(/Stage "train" failed with exit code 3: for i in/);
    expect(outputs.reason?.split('\n').filter((line) => /^line \d+$/.test(line))).toEqual(
      Array.from({ length: 20 }, (_, index) => `line ${131 + index}`),
    );
    expect(results(outputs)).toEqual(['train:failed', 'evaluate:skipped']);
  });

  test('the reason of a failure holds no control characters of the stage', async () => {
    project = await makeProject();
    const run = String.raw`printf '\033[31mred\033[0m\033]52;c;eA==\a\n\tindented\n'; exit 1`;
    const { reason } = await project.run({ train: { run } });
    expect(reason?.split('\n').slice(-2)).toEqual(['red\ufffd]52;c;eA==\ufffd', '\tindented']);
  });

  test('the interpreter is asked without importing what lies in the state folder', async () => {
    project = await makeProject({ '.trainyard/json.py': 'open("planted", "w")\nraise SystemExit(1)' });
    const plan = await project.engine.plan(project.spec({ train: { run: 'true' } }));
    expect(plan.environment?.python).toMatch(/^3/);
    expect(existsSync(join(project.folder, '.trainyard/planted'))).toBe(false);
  });

  test('the first failure ends stages that are running', async () => {
    project = await makeProject();

    const began = performance.now();
    const outputs = await project.run({
      slow: { run: 'sleep 60', outs: ['a'] },
      bad: { run: 'sleep 0.3; exit 1', outs: ['b'] },
    });

    expect(results(outputs).sort()).toEqual(['bad:failed', 'slow:cancelled']);
    expect(outputs.reason).toContain('Stage "bad" failed');
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test('a stage that hangs is ended at its timeout together with what it started', async () => {
    project = await makeProject();

    const outputs = await project.run({
      train: { run: 'sleep 300 & echo $! > pid; sleep 300', timeout: '1s' },
    });

    expect(outputs.reason).toContain('Stage "train" did not end within its timeout of 1 s: sleep 300');
    const grandchild = Number(await project.read('pid'));
    await until(() => !isAlive(grandchild));
  });

  test('a failed stage is tried again from fresh outputs', async () => {
    project = await makeProject();
    const run = 'test ! -e out; echo x >> out; echo x >> tries; test $(wc -l < tries) -eq 3';

    const outputs = await project.run({ train: { run, outs: ['out'], retries: 3 } });

    expect(outputs).toMatchObject({ status: 'succeeded', stages: [{ result: 'ran', tries: 3 }] });
    expect(await project.read('out')).toBe('x\n');
  });

  test('a missing output is an error that names file, stage and command', async () => {
    project = await makeProject({ 'model.bin': 'left over from before' });

    const outputs = await project.run({ train: { run: 'echo done', outs: ['model.bin'] } });

    expect(outputs.reason).toBe(
      'Stage "train" did not write "model.bin", which it declares as an output: echo done',
    );
    expect(existsSync(`${project.folder}/model.bin`)).toBe(false);
  });

  test('a failed stage leaves none of its outputs', async () => {
    project = await makeProject();

    await project.run({ train: { run: 'echo half > model.bin; exit 1', outs: ['model.bin'] } });

    expect(existsSync(`${project.folder}/model.bin`)).toBe(false);
  });

  test('a full disk while a stage writes is no verdict on the model', async () => {
    project = await makeProject();

    const running = project.run({ train: { run: 'echo x > /dev/full', outs: ['model.bin'] } });

    await expect(running).rejects.toMatchObject({
      name: 'UpstreamError',
      message: expect.stringContaining('The disk is full'),
    });
  });

  test.each([
    [
      'a dependency nobody makes',
      { train: { run: 'x', deps: ['nowhere.py'] } },
      'depends on "nowhere.py", which does not exist',
    ],
    [
      'a dependency outside of the repository',
      { train: { run: 'x', deps: ['../../x'] } },
      'outside of the repository',
    ],
    ['an output outside', { train: { run: 'x', outs: ['../x'] } }, '"../x"'],
    [
      'a parameter that is not there',
      { train: { run: 'x', params: [{ 'params.yaml': ['lr'] }] } },
      'params.yaml has no parameter "lr"',
    ],
    [
      'a parameter file that is not there',
      { train: { run: 'x', params: ['p.yaml'] } },
      'uses parameters of "p.yaml"',
    ],
  ])('%s is refused before anything runs', async (_what, pipeline, message) => {
    project = await makeProject({ 'params.yaml': 'rate: 1\n' });

    await expect(project.engine.plan(project.spec(pipeline))).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining(message),
      place: expect.objectContaining({ file: expect.stringMatching(/^(trainyard|params)[.]ya?ml/) }),
    });
  });

  test('an output that leads out of the folder by a link is refused', async () => {
    project = await makeProject();
    await project.runtime.files.makeLink('/tmp', `${project.folder}/elsewhere`);

    await expect(
      project.engine.plan(project.spec({ train: { run: 'x', outs: ['elsewhere/x'] } })),
    ).rejects.toThrow('leads out of it by a symbolic link');
  });

  test.each([
    ['.git', 'belongs to git'],
    ['vendor/lib/.GIT/config', 'belongs to git'],
    ['.trainyard/runs', 'belongs to git or Trainyard'],
    ['trainyard.yml', 'would take the place of the configuration'],
    ['inside/config', 'belongs to git'],
    ['dangling/x', 'leads out of it by a symbolic link'],
  ])('the output %s is refused and nothing is removed', async (out, message) => {
    project = await makeProject({ '.git/config': 'mine', 'trainyard.yml': 'mine' });
    await symlink('.git', join(project.folder, 'inside'));
    await symlink('/nowhere/at/all', join(project.folder, 'dangling'));

    await expect(project.run({ train: { run: 'true', outs: [out] } })).rejects.toThrow(message);

    expect(await project.read('.git/config')).toBe('mine');
    expect(await project.read('trainyard.yml')).toBe('mine');
  });

  test('an output inside a folder that holds the configuration is one like any other, the folder is none', async () => {
    project = await makeProject({ '.github/trainyard.yml': '' });
    const changes = { configFile: '.github/trainyard.yml' };
    const run = (outs: string[]) => project.run({ train: { run: 'echo x > .github/x', outs } }, changes);

    expect((await run(['.github/x'])).status).toBe('succeeded');
    await expect(run(['.github'])).rejects.toThrow('would take the place of the configuration');
  });

  test('a folder of the model that a link takes out of the repository is refused, nothing there is removed', async () => {
    project = await makeProject({ 'home/.ssh/id': 'key', 'repository/x': '' });
    const root = join(project.folder, 'repository');
    await symlink('../home', join(root, 'models'));
    const spec = { root, path: join(root, 'models') };

    await expect(project.run({ train: { run: 'true', outs: ['.ssh'] } }, spec)).rejects.toThrow(
      'leads out of the repository by a link',
    );
    expect(await project.read('home/.ssh/id')).toBe('key');
  });

  test('a stage that puts a link in place of the folder of its output has nothing removed behind it', async () => {
    project = await makeProject({ 'home/.ssh/id': 'key', 'repository/x': '' });
    const root = join(project.folder, 'repository');
    const pipeline = {
      train: { run: 'rm -rf sub; ln -s ../home sub; false', outs: ['sub/.ssh'], retries: 1 },
    };

    await expect(project.run(pipeline, { root, path: root })).rejects.toThrow('leads out of it');
    expect(await project.read('home/.ssh/id')).toBe('key');
  });

  test('parameters behind a link that leads out of the repository are not read', async () => {
    project = await makeProject({ 'home/secrets.yaml': 'password: hunter2', 'repository/real.yaml': 'a: 1' });
    const root = join(project.folder, 'repository');
    await symlink('../home/secrets.yaml', join(root, 'outside.yaml'));
    await symlink('real.yaml', join(root, 'inside.yaml'));
    const plan = (file: string) =>
      project.engine.plan(project.spec({ train: { run: 'true', params: [file] } }, { root, path: root }));

    await expect(plan('outside.yaml')).rejects.toThrow('lie outside of the repository');
    expect((await plan('inside.yaml')).params).toEqual({ 'inside.yaml:a': 1 });
  });

  test('a shell of its own runs the command', async () => {
    project = await makeProject();

    const outputs = await project.run({
      train: { run: 'import sys\nopen("v", "w").write("py")', shell: 'python3', outs: ['v'] },
    });

    expect(outputs.status).toBe('succeeded');
    expect(await project.read('v')).toBe('py');
  });

  test('a failing command in the middle of a pipe or script fails the stage', async () => {
    project = await makeProject();

    expect((await project.run({ a: { run: 'false | cat' } })).status).toBe('failed');
    expect((await project.run({ a: { run: 'false\necho on' } })).status).toBe('failed');
  });
});

describe('environment of stages', () => {
  test('secrets and runner variables are withheld unless the stage names them', async () => {
    const surrounding = {
      GITHUB_TOKEN: 'x',
      MY_SECRET: 'x',
      AWS_REGION: 'x',
      INPUT_NAME: 'x',
      ACTIONS_CACHE_URL: 'x',
      GITHUB_ENV: 'x',
      DATABASE: 'postgres://me:pass@host/db',
      OPENAI_KEY: 'x',
      DB_PASS: 'x',
      MYSQL_PWD: 'x',
      SENTRY_DSN: 'x',
      MY_PAT: 'x',
      CI_JWT_V2: 'x',
      SLACK_WEBHOOK_URL: 'x',
      DOCKER_AUTH_CONFIG: 'x',
      GIT_ASKPASS: 'x',
      KUBECONFIG: 'x',
      INDEX: 'https://abcdef@host/simple',
      HARMLESS: 'ghp_0123456789012345678901234567890123456',
      PEM: '-----BEGIN RSA PRIVATE KEY-----',
      NAMED_TOKEN: 'named',
      KEYBOARD: 'us',
      REMOTE: 'ssh://git@host/x',
      GITHUB_SHA: 'abc',
      TOKENIZERS_PARALLELISM: 'false',
    };
    project = await makeProject({}, surrounding);

    await project.run(
      { train: { run: 'env > seen', outs: ['seen'], env: { NAMED_TOKEN: null, OWN: 'value', COUNT: 3 } } },
      { seed: 42 },
    );

    const seen = new Map(
      (await project.read('seen')).split('\n').map((line) => line.split('=', 2) as [string, string]),
    );
    const withheld = [
      'GITHUB_TOKEN',
      'MY_SECRET',
      'AWS_REGION',
      'INPUT_NAME',
      'ACTIONS_CACHE_URL',
      'GITHUB_ENV',
      'DATABASE',
      'OPENAI_KEY',
      'DB_PASS',
      'MYSQL_PWD',
      'SENTRY_DSN',
      'MY_PAT',
      'CI_JWT_V2',
      'SLACK_WEBHOOK_URL',
      'DOCKER_AUTH_CONFIG',
      'GIT_ASKPASS',
      'KUBECONFIG',
      'INDEX',
      'HARMLESS',
      'PEM',
    ];
    expect(withheld.filter((name) => seen.has(name))).toEqual([]);
    expect(Object.fromEntries(seen)).toMatchObject({
      NAMED_TOKEN: 'named',
      OWN: 'value',
      COUNT: '3',
      GITHUB_SHA: 'abc',
      KEYBOARD: 'us',
      REMOTE: 'ssh://git@host/x',
      PWD: project.folder,
      TOKENIZERS_PARALLELISM: 'false',
      TRAINYARD_SEED: '42',
      TRAINYARD_STAGE: 'train',
      TRAINYARD_MODEL: 'churn',
      PYTHONUNBUFFERED: '1',
      PYTHONHASHSEED: '42',
    });
  });
});

describe('cancelling', () => {
  test('ends the whole group, closes every group of the log, frees the lock and keeps nothing', async () => {
    project = await makeProject();
    const pipeline = {
      train: {
        run: 'echo half > model; (trap "" TERM; sleep 300) & echo $! > pid; sleep 300',
        outs: ['model'],
      },
    };
    const spec = project.spec(pipeline);
    const ref = await project.engine.submit(spec, await project.engine.plan(spec));
    await until(() => existsSync(`${project.folder}/pid`));

    project.controller.abort();
    const outputs = await project.engine.collect(spec, ref);

    expect(outputs.status).toBe('cancelled');
    expect(results(outputs)).toEqual(['train:cancelled']);
    expect(existsSync(`${project.folder}/model`)).toBe(false);
    const { lines } = project.log;
    expect(lines.filter((line) => line.startsWith('[ '))).toHaveLength(
      lines.filter((line) => line === ']').length,
    );
    expect(await project.runtime.files.list(`${project.folder}/.trainyard/locks`)).toEqual([]);
    expect(await project.runtime.files.list(`${project.folder}/.trainyard/cache/stages`)).toBeNull();
    const grandchild = Number(await project.read('pid'));
    await until(() => !isAlive(grandchild));
  });
});

describe('sources of a later stage', () => {
  const sources = { 'evaluate.sh': 'echo 1 > m', 'rows/a': 'a', 'rows/b': 'b', 'params.yaml': 'rate: 1' };
  const pipeline = (train: string) => ({
    train: { run: `${train}; echo 1 > model`, outs: ['model'] },
    evaluate: {
      run: 'sh evaluate.sh',
      deps: ['model', 'evaluate.sh', 'rows'],
      params: ['params.yaml'],
      outs: ['m'],
    },
  });

  test.each([
    ['rewrites the code', 'echo "echo 9 > m" > evaluate.sh', 'evaluate.sh'],
    ['rewrites rows', 'echo x > rows/b', 'rows/b'],
    ['removes rows', 'rm rows/a', 'rows/a'],
    ['adds rows', 'echo x > rows/c', 'rows/c'],
    ['changes a parameter', 'echo "rate: 2" > params.yaml', 'params.yaml:rate'],
  ])('a stage that %s ends the run: its record would not be true', async (_what, train, path) => {
    project = await makeProject(sources);

    const outputs = await project.run(pipeline(train));

    expect(results(outputs)).toEqual(['train:ran', 'evaluate:failed']);
    expect(outputs.reason).toContain(`"${path}", which stage "evaluate" reads, changed after the run began`);
  });

  test('left as they were, all is well, also when one stage reads a folder and another a file in it', async () => {
    project = await makeProject(sources);
    const both = { ...pipeline('true'), look: { run: 'cat rows/a', deps: ['rows/a', '.'] } };
    expect((await project.run(both)).status).toBe('succeeded');
  });
});
