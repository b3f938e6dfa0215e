import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { acceptedByActionlint, acceptedByZizmor, isAccepted } from './accepted.ts';
import { shippedFiles } from './files.ts';
import { actionlintFindings, type Finding, zizmorFindings } from './findings.ts';

afterAll(removeFolders);

const { actions, workflows, templates } = shippedFiles();
const said = (findings: readonly Finding[]) =>
  findings.map(({ rule, file, line, about, message }) => `${file}:${line} ${rule}: ${message} (${about})`);

function folderWith(file: string, text: string): string {
  const folder = makeFolder();
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
  return folder;
}

describe('actionlint', () => {
  const findings = actionlintFindings([...workflows, ...templates]);
  const accepts = (finding: Finding) =>
    acceptedByActionlint.some(({ file, message }) => file === finding.file && message === finding.message);

  test('has nothing against workflows and templates', () => {
    expect(said(findings.filter((finding) => !accepts(finding)))).toEqual([]);
  });

  test('would still say what is accepted', () => {
    const known = findings.map(({ file, message }) => `${file}: ${message}`);
    expect(known).toEqual(
      expect.arrayContaining(acceptedByActionlint.map(({ file, message }) => `${file}: ${message}`)),
    );
  });

  test('finds what is wrong', () => {
    const file = '.github/workflows/broken.yml';
    const text = `on: push
jobs:
  one:
    runs-on: ubuntu-latest
    needs: [zero]
    steps: [{ run: 'echo \${{ github.event.head_commit.message }}' }]
`;
    const found = actionlintFindings([file], folderWith(file, text));

    expect(found.map(({ rule }) => rule).sort()).toEqual(['expression', 'job-needs']);
  });
});

describe('zizmor', () => {
  const findings = zizmorFindings([...actions, ...workflows, ...templates]);

  test('has nothing against actions, workflows and templates but what is accepted with a reason', () => {
    const rest = findings.filter((finding) => !acceptedByZizmor.some((one) => isAccepted(finding, one)));
    expect(said(rest)).toEqual([]);
  });

  test.each(acceptedByZizmor)('would still say $rule of $file', (accepted) => {
    expect(findings.some((finding) => isAccepted(finding, accepted))).toBe(true);
  });

  test('finds what is wrong in a template', () => {
    const file = 'workflows-templates/broken.yml';
    const text = `on: pull_request_target
jobs:
  one:
    runs-on: ubuntu-latest
    steps: [{ run: 'echo \${{ github.event.pull_request.title }}' }]
`;
    const found = zizmorFindings([file], folderWith(file, text));

    expect(found.map(({ rule, file: where }) => [rule, where])).toEqual(
      expect.arrayContaining([
        ['template-injection', file],
        ['dangerous-triggers', file],
      ]),
    );
  });
});
