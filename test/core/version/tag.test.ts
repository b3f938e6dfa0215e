import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isGtoName,
  parseArtifactTag,
  parseWantedVersion,
  registeredVersions,
  versionTag,
} from '../../../src/core/version/tag.ts';

describe('a tag of an artifact', () => {
  test.each([
    ['churn@v1.2.3', { artifact: 'churn', action: 'register', version: '1.2.3', counter: null }],
    ['churn@v1.2.3-rc.1', { artifact: 'churn', action: 'register', version: '1.2.3-rc.1', counter: null }],
    ['churn@v1.2.3#2', { artifact: 'churn', action: 'register', version: '1.2.3', counter: 2 }],
    ['churn@v1.2.3!', { artifact: 'churn', action: 'deregister', version: '1.2.3', counter: null }],
    ['churn@v1.2.3!#3', { artifact: 'churn', action: 'deregister', version: '1.2.3', counter: 3 }],
    ['churn#prod', { artifact: 'churn', action: 'assign', stage: 'prod', counter: null }],
    ['churn#prod#1', { artifact: 'churn', action: 'assign', stage: 'prod', counter: 1 }],
    ['churn#dev!#3', { artifact: 'churn', action: 'unassign', stage: 'dev', counter: 3 }],
    ['churn@created', { artifact: 'churn', action: 'create', counter: null }],
    ['churn@deprecated', { artifact: 'churn', action: 'deprecate', counter: null }],
    [
      'models=churn/eu@v1.0.0',
      { artifact: 'models=churn/eu', action: 'register', version: '1.0.0', counter: null },
    ],
    ['Churn_2.0@v1.0.0', { artifact: 'Churn_2.0', action: 'register', version: '1.0.0', counter: null }],
  ])('%s is read', (tag, told) => {
    expect(parseArtifactTag(tag)).toEqual(told);
  });

  test.each([
    'v1.2.3',
    'churn',
    'churn@v1!',
    'churn@v1',
    'churn@1.2.3',
    'churn@v1.2.3!!',
    'churn@v01.2.3',
    'churn#',
    'churn#prod#',
    '@v1.2.3',
    'a b@v1.2.3',
    'churn@v1.2.3\n',
    'churn@latest',
    '',
  ])('%j is none', (tag) => {
    expect(parseArtifactTag(tag)).toBeNull();
  });

  test('of a version is read back as what it was made of', () => {
    const number = fc.nat(999_999);
    const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,30}$/);
    fc.assert(
      fc.property(name, number, number, number, (model, major, minor, patch) => {
        const version = `${major}.${minor}.${patch}`;
        expect(parseArtifactTag(versionTag(model, version))).toMatchObject({
          artifact: model,
          action: 'register',
          version,
        });
      }),
    );
  });
});

test.each([
  ['churn', true],
  ['churn/eu-1', true],
  ['models=churn', true],
  ['c', true],
  ['Churn', false],
  ['churn_2', false],
  ['churn.2', false],
  ['-churn', false],
  ['churn-', false],
])('GTO takes the name %s: %s', (name, taken) => {
  expect(isGtoName(name)).toBe(taken);
});

test.each([
  ['nothing', [], []],
  ['versions of one model alone', ['a@v1.0.0', 'ab@v2.0.0', 'a@v1.1.0', 'a#prod#1'], ['1.0.0', '1.1.0']],
  ['a version that was taken back', ['a@v1.0.0', 'a@v1.0.0!', 'a@v1.1.0'], ['1.1.0']],
  ['one that was taken back before it is listed', ['a@v1.0.0!', 'a@v1.0.0'], []],
  ['one that was registered again', ['a@v1.0.0', 'a@v1.0.0!#2', 'a@v1.0.0#3'], ['1.0.0']],
])('registered are: %s', (_name, tags, versions) => {
  expect(registeredVersions(tags, 'a')).toEqual(versions);
});

test.each([
  ['v1.2.0', { model: null, version: '1.2.0' }],
  ['1.2.0', { model: null, version: '1.2.0' }],
  ['v1.2.0-rc.1', { model: null, version: '1.2.0-rc.1' }],
  ['churn@v1.2.0', { model: 'churn', version: '1.2.0' }],
  ['churn@v1.2.0!', null],
  ['churn@v1.2.0#1', null],
  ['churn#prod', null],
  ['v1.2', null],
  ['vv1.2.0', null],
  ['release-1', null],
  ['v1.0.0-a.lock', null],
  ['churn@v1.0.0-a.lock', null],
])('%s asks for %j', (text, wanted) => {
  expect(parseWantedVersion(text)).toEqual(wanted);
});
