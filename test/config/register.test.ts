import { expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/parse.ts';
import type { RegisterConfig } from '../../src/config/register.ts';
import { caught } from './caught.ts';

const read = (text: string): RegisterConfig | undefined =>
  parseConfig(`version: 1\nmodel: churn\n${text}\n`, 'trainyard.yml').models[0]?.register;

const signing = 'https://github.com/octo/churn/.github/workflows/release.yml@refs/tags/v';

test.each<[string, string, object]>([
  ['nothing', '', { files: null, registry: { kind: 'github' } }],
  [
    'a server',
    'register: { registry: mlflow, url: "http://mlflow:5000/" }',
    { registry: { kind: 'mlflow', url: 'http://mlflow:5000' } },
  ],
  [
    'a folder',
    'register: { registry: path, path: /mnt/models }',
    { registry: { kind: 'path', folder: '/mnt/models' } },
  ],
  [
    'a workflow that signs',
    `register: { signed-by: ['${signing}*'] }`,
    { signer: { kind: 'workflow', identities: [`${signing}*`], trustedRoot: null } },
  ],
  [
    'files',
    'register: { files: [model/, a.onnx] }',
    { files: [{ path: 'model', place: { line: 3 } }, { path: 'a.onnx' }] },
  ],
])('a file that says %s is read so', (_name, text, register) => {
  expect(read(text)).toMatchObject(register);
});

test.each([
  ['register: { registry: mlflow }', 'needs "url"'],
  ['register: { registry: path }', 'needs "path"'],
  ['register: { registry: github, url: "http://mlflow:5000" }', '"url" of "register" says nothing'],
  ['register: { path: /mnt/models }', '"path" of "register" says nothing'],
  ['register: { files: [] }', 'register'],
  ['register: { registry: hub }', 'registry'],
  ['register: { signed-by: [release.yml] }', 'release.yml'],
  [`register: { signed-by: ['${signing}', '${signing}x*y'] }`, 'vx*y'],
  [`register: { signed-by: ['${signing}'], public-key: '-----BEGIN PUBLIC KEY-----' }`, 'exclude each other'],
  ["register: { trusted-root: '{}' }", '"trusted-root" says nothing without "signed-by"'],
])('%s is refused, with its line', (text, said) => {
  expect(caught(() => read(text))).toMatchObject({
    message: expect.stringContaining(said),
    place: { line: 3 },
  });
});
