import { expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/parse.ts';
import type { StoresConfig } from '../../src/config/stores.ts';

function storesOf(text: string): StoresConfig | undefined {
  return parseConfig(`version: 1\nmodel: churn\n${text}\n`, 'trainyard.yml').models[0]?.stores;
}

const artifact = { kind: 'artifact' };

test.each<[string, string, StoresConfig | object]>([
  ['nothing', '', { predictions: null, candidates: artifact }],
  [
    'how predictions are read alone',
    'predictions: { slices: [a] }',
    { predictions: null, candidates: artifact },
  ],
  ['artifacts', 'predictions: { store: artifact }', { predictions: artifact, candidates: artifact }],
  ['a branch', 'predictions: { store: ledger }', { predictions: { kind: 'ledger' }, candidates: artifact }],
  ['none', 'predictions: { store: none }', { predictions: { kind: 'none' }, candidates: artifact }],
  [
    'folders',
    'predictions: { store: path, path: /mnt/p }\ncandidates: { store: path, path: kept/models }',
    { predictions: { kind: 'path', folder: '/mnt/p' }, candidates: { kind: 'path', folder: 'kept/models' } },
  ],
  [
    'draft releases',
    'candidates: { store: draft-release }',
    { predictions: null, candidates: { kind: 'draft-release' } },
  ],
])('a file that says %s is read so', (_name, text, stores) => {
  expect(storesOf(text)).toEqual(stores);
});

test('each model of several has its own stores', () => {
  const text = 'version: 1\nmodels: { a: { predictions: { store: ledger } }, b: {} }';

  expect(parseConfig(text, 'trainyard.yml').models.map(({ stores }) => stores.predictions)).toEqual([
    { kind: 'ledger' },
    null,
  ]);
});

test('where results are kept judges nothing: the policy is the same', () => {
  const policy = (text: string) =>
    parseConfig(`version: 1\nmodel: churn\n${text}\n`, 'trainyard.yml').models[0]?.policy;

  expect(policy('predictions: { store: ledger }\ncandidates: { store: draft-release }')).toEqual(policy(''));
});
