import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { attest } from '@actions/attest';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { statementOf } from '../../../src/registry/statement.ts';
import { versionOf } from '../../contract/registry.ts';
import { makeFolder, removeFolders } from '../../git/repository.ts';
import { createSigstore, identityToken } from '../../rig/sigstore/index.ts';
import { endIntercepting, intercept } from '../../rig/sigstore/intercept.ts';

const python = process.env['TRAINYARD_TEST_PYTHON'] ?? 'python3';
const workflow = 'https://github.com/octo/churn/.github/workflows/release.yml@refs/tags/v1.0.0';

let folder: string;

/** A version signed as `register` signs it, by authorities of this test, in a folder with what model_signing wants. */
beforeAll(async () => {
  const { manifest, text, folder: files } = versionOf('1.0.0');
  const sigstore = await createSigstore();
  process.env['SIGSTORE_ID_TOKEN'] = identityToken({ workflow, repository: 'octo/churn' });
  intercept(sigstore.handlers);
  const { subject: subjects, predicateType, predicate } = statementOf(manifest, text);
  const asked = { subjects, predicateType, predicate, token: '', skipWrite: true } as const;
  const { bundle } = await attest({ ...asked, sigstore: 'public-good' });
  folder = makeFolder();
  cpSync(files, join(folder, 'model'), { recursive: true });
  writeFileSync(join(folder, 'model/manifest.json'), text);
  writeFileSync(join(folder, 'model.sig'), JSON.stringify(withZeros(bundle)));
  writeFileSync(join(folder, 'trust.json'), JSON.stringify(trustConfig(JSON.parse(sigstore.publicRoot))));
});
afterAll(() => {
  delete process.env['SIGSTORE_ID_TOKEN'];
  endIntercepting();
  removeFolders();
});

/** The first entry of a log has index 0 and no neighbours, which is left out of JSON and asked for by model_signing. */
function withZeros(bundle: object): object {
  const copy = JSON.parse(JSON.stringify(bundle));
  const [entry] = copy.verificationMaterial.tlogEntries;
  entry.inclusionProof = { logIndex: '0', hashes: [], ...entry.inclusionProof };
  return copy;
}

function trustConfig(trustedRoot: object): object {
  const service = (url: string) => [
    { url, majorApiVersion: 1, validFor: { start: '2020-01-01T00:00:00Z' }, operator: 'test' },
  ];
  const signingConfig = {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: service('https://fulcio.sigstore.dev'),
    oidcUrls: service('https://oauth2.sigstore.dev/auth'),
    rekorTlogUrls: service('https://rekor.sigstore.dev'),
    tsaUrls: [],
    ...{ rekorTlogConfig: { selector: 'ANY' }, tsaConfig: { selector: 'ANY' } },
  };
  const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
  return { mediaType, trustedRoot, signingConfig };
}

/** What model_signing says of the folder. */
function said(identity = workflow): string {
  const args = ['verify', 'sigstore', 'model', '--signature', 'model.sig', '--trust_config', 'trust.json'];
  const expected = [
    '--identity',
    identity,
    '--identity_provider',
    'https://token.actions.githubusercontent.com',
  ];
  try {
    const command = join(dirname(python), 'model_signing');
    return execFileSync(command, [...args, ...expected], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`;
  }
}

test('model_signing verifies what a workflow signed: the workflow and the files, each of them', () => {
  expect(said()).toContain('Verification succeeded');
  expect(said(workflow.replace('release', 'other'))).toContain("Certificate's SANs do not match");
  appendFileSync(join(folder, 'model/manifest.json'), ' ');
  expect(said()).toMatch(/Signature mismatch.*manifest\.json/);
}, 120_000);
