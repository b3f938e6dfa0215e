import { afterAll, expect, jest, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import type { GitHubSite } from '../rig/site.ts';
import { forge, reportOn, withFork } from './fork.ts';

jest.setTimeout(240_000);

const sites: GitHubSite[] = [];

afterAll(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
  removeFolders();
});

const evil =
  'x\r\n::error::pwned\n::set-output name=verdict::pass\n# big\n@octocat #1 <img src=x onerror=alert(1)> ' +
  '[a](javascript:x) ![i](https://evil.example/i.png) `code` | cell | https://evil.example/y \u202e\u0000 <!-- -->';

test('text of a forged record is text in comment, check, summary, page, log and outputs', async () => {
  const { site, judged } = await withFork();
  sites.push(site);
  await forge(site, judged, (parcel) => {
    const { part } = parcel;
    const record = parcel.record(part.record);
    const environment = record.environment && {
      ...record.environment,
      python: evil,
      platform: evil,
      packages: { [evil]: evil, __proto__x: evil },
    };
    parcel.write(part.record, {
      ...record,
      engine: evil,
      url: `https://evil.example/${evil}`,
      params: { [evil]: evil, 'params.yaml:errors': evil },
      inputs: [{ path: evil, sha256: 'a'.repeat(64) }],
      environment,
      stages: record.stages.map((stage) => ({ ...stage, name: evil })),
      promoted_from: evil,
    });
    part.metrics = part.metrics.map((one) => ({ ...one, label: evil, sha256: null }));
    for (const { path } of part.metrics)
      parcel.files[path] = JSON.stringify({ [evil]: 0.5, __proto__: 1, constructor: 2, size_kb: 1 });
  });

  const report = await reportOn(site, judged);

  const [comment] = site.repository.comments;
  const [check] = site.repository.checks;
  expect(report.outputs['verdict']).toBe('fail');
  const markdown = [comment?.body, check?.summary, check?.text, report.summary].join('\n');
  expect(markdown).toContain('octocat');
  expect(markdown).not.toMatch(
    /@octocat|<img|^# big|^::|[^\\]\]\((?:javascript|https:\/\/evil)|https:\/\/evil|\u202e/m,
  );
  expect(markdown).not.toContain('\u0000');
  expect(JSON.stringify([check?.title, check?.annotations])).not.toMatch(/\\n::|\\u202e|\\u0000/);
  expect(report.log).not.toMatch(/^::(?:error::pwned|set-output)/m);
  expect(Object.keys(report.outputs).sort()).toEqual(['comment-url', 'report', 'run-record', 'verdict']);
});
