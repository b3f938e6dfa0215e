import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import type { Registration } from '../../src/verbs/register.ts';
import { removeFolders } from '../rig/command.ts';
import { makeProject, type Project, type ProjectFiles, plainConfig, plainParams } from '../rig/project.ts';

jest.setTimeout(120_000);

afterAll(removeFolders);

/** A project whose run is recorded, made once and copied. */
let plain: Promise<Project> | null = null;

async function recorded(): Promise<Project> {
  plain ??= recordedWith({});
  return (await plain).copy();
}

async function recordedWith(files: ProjectFiles): Promise<Project> {
  const project = makeProject(files);
  await project.record();
  return project;
}

function keyPair(): { private: string; public: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    private: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    public: String(publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

const register = async (project: Project, ...args: string[]) =>
  (await project.json<{ versions: Registration[] }>(0, 'register', ...args)).versions;

const refused = async (project: Project, ...args: string[]) => {
  const { code, stderr } = await project.run('register', ...args);
  return { code, stderr: stderr.replace(/\s+/g, ' ') };
};

const manifestIn = (project: Project, version: string) =>
  JSON.parse(project.read(`.trainyard/registry/churn/${version}/manifest.json`));

describe('register on a laptop', () => {
  test('makes an annotated tag, a version with its files and manifest, and an entry in the ledger', async () => {
    const project = await recorded();

    const [version] = await register(project, '--version', 'v1.0.0');

    expect(version).toMatchObject({ tag: 'churn@v1.0.0', result: 'registered', verdict: 'adoption' });
    expect(project.git('cat-file', '-t', 'churn@v1.0.0')).toBe('tag');
    expect(project.git('rev-parse', 'churn@v1.0.0^{commit}')).toBe(project.git('rev-parse', 'HEAD'));
    const manifest = manifestIn(project, '1.0.0');
    expect(manifest.resources).toMatchObject([{ name: 'model.txt', bytes: plainParams.length }]);
    expect(project.git('show', 'trainyard:models/churn/1.0.0.json')).toBe(
      project.read('.trainyard/registry/churn/1.0.0/manifest.json').trimEnd(),
    );
    expect(project.read('.trainyard/registry/churn/1.0.0/files/model.txt')).toBe(project.read('params.yaml'));
  });

  test('where the parent was never recorded, what was recorded before counts, and nothing is an adoption', async () => {
    const project = makeProject({});
    const change = (from: string, to: string) => {
      project.edit('params.yaml', from, to);
      project.commit();
    };
    change('errors: 40', 'errors: 39');
    await project.record();
    const [first] = await register(project, '--version', 'v1.0.0');
    expect(first).toMatchObject({ result: 'registered', verdict: 'adoption' });

    change('errors: 39', 'errors: 37');
    change('errors: 37', 'errors: 90');
    await project.record();
    const { code, stderr } = await refused(project, '--version', 'v1.1.0');
    expect([code, stderr]).toEqual([2, expect.stringContaining('its verdict is "fail"')]);

    change('errors: 90', 'errors: 91');
    change('errors: 91', 'errors: 38');
    await project.record();
    const [third] = await register(project, '--version', 'v1.1.0');
    expect(third).toMatchObject({ result: 'registered', verdict: 'pass' });
  });

  test('twice is once, and other bytes under a version that is taken are refused', async () => {
    const project = await recorded();
    await register(project, '--version', 'v1.0.0');
    const before = manifestIn(project, '1.0.0');

    const [again] = await register(project, '--version', 'churn@v1.0.0');
    expect([again?.result, manifestIn(project, '1.0.0')]).toEqual(['unchanged', before]);

    project.edit('params.yaml', 'errors: 40', 'errors: 39');
    project.commit();
    await project.record();
    expect(await refused(project, '--version', 'v1.0.0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('churn 1.0.0 is registered already, with other bytes'),
    });
  });

  test('a release makes no version of a model whose bytes did not change, unless it is named', async () => {
    const project = await recorded();
    await register(project, '--version', 'v1.0.0');
    project.write('notes.txt', 'x');
    project.commit();
    await project.record();

    expect(await register(project, '--version', 'v1.1.0')).toMatchObject([{ result: 'same-bytes' }]);
    expect(project.git('tag', '--list')).toBe('churn@v1.0.0');
    expect(await register(project, '--version', 'churn@v1.1.0')).toMatchObject([{ result: 'registered' }]);
  });

  test('a commit that changes nothing of the model does not launder a run that its gate refused', async () => {
    const project = await recorded();
    project.edit('params.yaml', 'errors: 40', 'errors: 80');
    project.commit();
    await project.record();
    project.write('notes.txt', 'x');
    project.commit();
    await project.record();

    for (const revision of ['HEAD~1', 'HEAD'])
      expect(await refused(project, '--version', 'v1.0.0', '--commit', revision)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/must not be released: its verdict is "fail"\. .*accuracy/),
      });
    expect(project.git('tag', '--list')).toBe('');
    expect(project.exists('.trainyard/registry')).toBe(false);
  });

  test('files that are gone are named with the remedy, and made again where that is asked for', async () => {
    const project = await recorded();
    project.remove('.trainyard/cache');

    expect(await refused(project, '--version', 'v1.0.0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--retrain'),
    });
    expect(project.git('tag', '--list')).toBe('');

    expect(await register(project, '--version', 'v1.0.0', '--retrain')).toMatchObject([
      { result: 'registered', verdict: 'adoption' },
    ]);
    expect(project.exists('.trainyard/registry/churn/1.0.0/files/model.txt')).toBe(true);
    expect(await register(project, '--version', 'v1.0.0')).toMatchObject([{ result: 'unchanged' }]);
  });

  test.each([
    ['no version', ['--version', 'latest'], '"latest" is no version'],
    ['a commit that is not there', ['--version', 'v1.0.0', '--commit', 'nowhere'], 'no commit "nowhere"'],
    ['a model that is not there', ['--version', 'chrun@v1.0.0'], 'Did you mean "churn"?'],
    ['two models at once', ['--version', 'churn@v1.0.0', '--model', 'other'], 'is one of churn, and other'],
    ['a key that is none', ['--version', 'v1.0.0', '--signing-key', 'params.yaml'], 'cannot be used'],
    ['a key that is not there', ['--version', 'v1.0.0', '--signing-key', 'key.pem'], 'no key key.pem'],
  ])('refuses %s', async (_name, args, said) => {
    const project = await recorded();
    expect(await refused(project, ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
    expect(project.git('tag', '--list')).toBe('');
  });

  test('refuses a commit without a recorded run, and a tag that is elsewhere or not annotated', async () => {
    const project = makeProject();
    expect((await refused(project, '--version', 'v1.0.0')).stderr).toContain(
      'No run is recorded for churn at',
    );
    await project.record();
    project.git('tag', 'churn@v1.0.0');
    expect((await refused(project, '--version', 'v1.0.0')).stderr).toContain('is not annotated');
    const other = project.git('commit-tree', '-m', 'other', 'HEAD^{tree}');
    project.git('tag', '--annotate', '--message', 'x', 'churn@v1.1.0', other);
    expect((await refused(project, '--version', 'v1.1.0')).stderr).toContain(`is on ${other.slice(0, 7)}`);
  });

  test('a version that was deleted stays taken: the ledger knows its bytes', async () => {
    const project = await recorded();
    await register(project, '--version', 'v1.0.0');
    project.remove('.trainyard/registry');
    project.git('tag', '--delete', 'churn@v1.0.0');
    project.edit('params.yaml', 'errors: 40', 'errors: 39');
    project.commit();
    await project.record();

    expect((await refused(project, '--version', 'v1.0.0')).stderr).toContain(
      'was registered before with other bytes',
    );
  });

  test('a version that was cut off after its tag is finished by the next try', async () => {
    const project = await recorded();
    project.git('tag', '--annotate', '--message', 'cut off', 'churn@v1.0.0');

    expect(await register(project, '--version', 'v1.0.0')).toMatchObject([{ result: 'registered' }]);
  });

  test('of a model with several seeds the first is made again and released', async () => {
    const project = await recordedWith({ 'trainyard.yml': `${plainConfig}repeats: 2\n` });
    project.remove('.trainyard/cache/objects');

    const [version] = await register(project, '--version', 'v1.0.0', '--retrain');

    expect(version).toMatchObject({ result: 'registered', verdict: 'adoption' });
    expect(project.read('.trainyard/registry/churn/1.0.0/files/model.txt')).toBe(project.read('params.yaml'));
  });

  test('where a key is named only what it signed is made, deployed and gone back to', async () => {
    const [pair, other] = [keyPair(), keyPair()];
    const indented = pair.public.trimEnd().replace(/^/gm, '    ');
    const folder = 'target: { directory: { path: srv } }';
    const config = `${plainConfig}register:\n  public-key: |\n${indented}\ndeploy:\n  production: { ${folder} }\n`;
    const project = await recordedWith({ 'trainyard.yml': config });
    writeFileSync(join(project.home, 'key.pem'), pair.private);
    writeFileSync(join(project.home, 'other.pem'), other.private);
    const signing = (file: string) => ['--version', 'v1.0.0', '--signing-key', join(project.home, file)];

    expect((await refused(project, '--version', 'v1.0.0')).stderr).toContain('churn 1.0.0 is not signed');
    expect((await refused(project, ...signing('other.pem'))).stderr).toContain('is of another key');
    expect(project.git('tag', '--list')).toBe('');
    expect(await register(project, ...signing('key.pem'))).toMatchObject([{ result: 'registered' }]);

    const file = '.trainyard/registry/churn/1.0.0/manifest.json';
    const before = project.read(file);
    project.edit(file, '"adoption"', '"pass"');
    const deploy = await project.run('deploy', '--version', '1.0.0');
    expect([deploy.code, deploy.stderr]).toEqual([2, expect.stringContaining('is of other files')]);
    project.write(file, before);
    expect((await project.run('deploy', '--version', '1.0.0')).code).toBe(0);
  });

  test('several models of a project get their own versions', async () => {
    const model = plainConfig.slice(plainConfig.indexOf('pipeline:')).trimEnd().replace(/^/gm, '    ');
    const config = `version: 1\nmodels:\n  churn:\n    path: a\n${model}\n  price:\n    path: b\n${model}\n`;
    const files: Record<string, string> = { 'trainyard.yml': config };
    const source = makeProject();
    for (const folder of ['a', 'b'])
      for (const name of ['train.sh', 'evaluate.sh', 'params.yaml'])
        files[`${folder}/${name}`] = source.read(name);
    const project = await recordedWith(files);

    const versions = await register(project, '--version', 'v1.0.0');

    expect(versions.map(({ tag, result }) => [tag, result])).toEqual([
      ['churn@v1.0.0', 'registered'],
      ['price@v1.0.0', 'registered'],
    ]);
    const tags = execFileSync('git', ['tag'], { cwd: join(project.folder) }).toString();
    expect(tags.trim().split('\n')).toEqual(['churn@v1.0.0', 'price@v1.0.0']);
  });
});
