import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parseArtifactTag } from '../../src/core/version/tag.ts';
import { readManifest } from '../../src/formats/manifest.ts';
import { verifyVersion } from '../../src/registry/signature.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { makeProject, type Project } from '../rig/project.ts';

jest.setTimeout(300_000);

afterAll(removeFolders);

const python = process.env['TRAINYARD_TEST_PYTHON'] ?? 'python3';

/** Runs Python; its output, or what it said when it failed. */
function tool(cwd: string, ...args: string[]): { ok: boolean; said: string } {
  return run(python, cwd, args);
}

const gto = (...args: string[]) => run(join(dirname(python), 'gto'), project.folder, args);

function run(command: string, cwd: string, args: string[]): { ok: boolean; said: string } {
  try {
    const said = execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return { ok: true, said };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { ok: false, said: `${stdout}${stderr}` };
  }
}

const keys = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = {
    private: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    public: publicKey.export({ type: 'spki', format: 'pem' }),
  };
  return { private: String(pem.private), public: String(pem.public) };
};

let project: Project;
let pair: ReturnType<typeof keys>;
beforeAll(async () => {
  pair = keys();
  project = makeProject();
  writeFileSync(join(project.home, 'key.pem'), pair.private);
  await project.record();
  for (const version of ['v1.0.0', 'churn@v1.1.0', 'churn@v2.0.0-rc.1'])
    await project.json(0, 'register', '--version', version, '--signing-key', join(project.home, 'key.pem'));
});

describe('GTO', () => {
  test('shows the versions that we tagged, and checks their tags', () => {
    const shown = JSON.parse(gto('show', 'churn', '--json').said);
    expect(shown.map((one: { version: string }) => one.version).sort()).toEqual([
      'v1.0.0',
      'v1.1.0',
      'v2.0.0-rc.1',
    ]);
    expect(gto('check-ref', 'churn@v1.1.0').said).toContain(
      'Version "v1.1.0" of artifact "churn" was registered',
    );
  });

  test('reads tags as we read them', () => {
    const tags = [
      'churn@v1.2.3',
      'churn@v1.2.3!',
      'churn@v1!',
      'churn@v1',
      'churn#dev!#3',
      'churn#prod',
      'churn#prod#1',
      'churn@deprecated',
      'churn@created',
      'models=churn/eu@v1.0.0',
      'churn@v01.2.3',
      'churn@latest',
    ];
    const script =
      'import json,sys; from gto.constants import tag_re; print(json.dumps([(lambda m: m and m.groupdict())(tag_re.match(t)) for t in json.loads(sys.argv[1])]))';
    const theirs = JSON.parse(tool(project.folder, '-c', script, JSON.stringify(tags)).said) as (Record<
      string,
      string | null
    > | null)[];
    const ours = tags.map((tag) => parseArtifactTag(tag));

    expect(ours.map((told) => told?.artifact ?? null)).toEqual(
      theirs.map((told) => told?.['artifact'] ?? null),
    );
    expect(ours.map((told) => (told && 'version' in told ? `v${told.version}` : null))).toEqual(
      theirs.map((told) => told?.['version'] ?? null),
    );
    expect(ours.map((told) => (told && 'stage' in told ? told.stage : null))).toEqual(
      theirs.map((told) => told?.['stage'] ?? null),
    );
    expect(ours.map((told) => told?.counter ?? null)).toEqual(
      theirs.map((told) => (told?.['counter'] ? Number(told['counter']) : null)),
    );
    expect(ours.map((told) => told?.action.startsWith('un') || told?.action === 'deregister')).toEqual(
      theirs.map((told) => told?.['cancel'] === '!'),
    );
  });
});

describe('model_signing', () => {
  /** The files of a version with its manifest, as whoever downloads a release has them. */
  const downloaded = () => {
    const version = join(project.folder, '.trainyard/registry/churn/1.0.0');
    const folder = join(makeFolder(), 'model');
    cpSync(join(version, 'files'), folder, { recursive: true });
    cpSync(join(version, 'manifest.json'), join(folder, 'manifest.json'));
    writeFileSync(join(folder, '../public.pem'), pair.public);
    cpSync(join(version, 'model.sig'), join(folder, '../model.sig'));
    return folder;
  };
  const verify = (folder: string, key = 'public.pem') =>
    tool(
      join(folder, '..'),
      '-m',
      'model_signing',
      'verify',
      'key',
      folder,
      '--signature',
      'model.sig',
      '--public_key',
      key,
    );

  test('verifies a version that we signed', () => {
    expect(verify(downloaded())).toMatchObject({ ok: true });
  });

  test.each([
    ['a file that was changed', (folder: string) => writeFileSync(join(folder, 'model.txt'), 'x')],
    ['a verdict that was changed', (folder: string) => writeFileSync(join(folder, 'manifest.json'), '{}')],
    ['a file that was added', (folder: string) => writeFileSync(join(folder, 'more.bin'), 'x')],
    ['another key', (folder: string) => writeFileSync(join(folder, '../public.pem'), keys().public)],
  ])('refuses %s', (_name, spoil) => {
    const folder = downloaded();
    spoil(folder);
    expect(verify(folder)).toMatchObject({ ok: false });
  });

  test('signs what we verify, and not what it did not sign', () => {
    const folder = downloaded();
    const text = readFileSync(join(folder, 'manifest.json'), 'utf8');
    const manifest = readManifest(text, 'manifest.json', { model: 'churn', version: '1.0.0' });
    const signed = tool(
      join(folder, '..'),
      '-m',
      'model_signing',
      'sign',
      'key',
      folder,
      '--private_key',
      join(project.home, 'key.pem'),
      '--signature',
      'theirs.sig',
    );
    expect(signed).toMatchObject({ ok: true });
    const signature = readFileSync(join(folder, '../theirs.sig'), 'utf8');

    expect(() => verifyVersion(manifest, text, signature, pair.public)).not.toThrow();
    expect(() => verifyVersion(manifest, `${text} `, signature, pair.public)).toThrow('is of other files');
    expect(() => verifyVersion(manifest, text, signature, keys().public)).toThrow('is of another key');
  });
});
