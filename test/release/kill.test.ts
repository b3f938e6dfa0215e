import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

test('one scenario of the proof: an abort that is killed, cancelled, failed or overtaken at each of its calls', () => {
  const args = ['proof/kill.mjs', '--cases', '--scenario=abort of a held canary'];

  const said = execFileSync(process.execPath, args, { encoding: 'utf8' });

  expect(said).toMatch(/\| abort of a held canary +\| +\d+ \| +145 \|/);
  expect(said).toContain('145 cases, 0 of them bad');
}, 60_000);
