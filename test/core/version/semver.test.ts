import { expect, test } from '@jest/globals';
import { compareSemver, parseSemver, type Semver } from '../../../src/core/version/semver.ts';

/** semver.org, item 11: each is lower than the next. */
const rising = [
  ...['0.0.1', '0.9.0', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2'],
  ...[
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0-rc.9007199254740992',
    '1.0.0-rc.9007199254740993',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '2.0.0',
    '10.0.0',
  ],
];

test('versions are ordered as semver.org orders them', () => {
  const versions = rising.map((text) => parseSemver(text) as Semver);

  for (const [i, a] of versions.entries())
    for (const [j, b] of versions.entries()) expect(Math.sign(compareSemver(a, b))).toBe(Math.sign(i - j));
});

test('build metadata orders nothing', () => {
  const [a, b] = ['1.2.3+a', '1.2.3+b'].map((text) => parseSemver(text) as Semver);

  expect(compareSemver(a as Semver, b as Semver)).toBe(0);
});

test.each([
  '',
  '1',
  '1.2',
  'v1.2.3',
  '01.2.3',
  '1.2.3-',
  '1.2.3-01',
  '1.2.3-a..b',
  '1.2.3+',
  '1.2.3+a..b',
  '1.2.3+.',
  '1.2.3 ',
  '1.2.3.4',
  '-1.2.3',
])('%j is no version', (text) => {
  expect(parseSemver(text)).toBeNull();
});
