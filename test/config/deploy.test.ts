import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/parse.ts';
import { formatPlace } from '../../src/core/errors.ts';
import { caught } from './caught.ts';

const head = 'version: 1\nmodel: churn\n';
const folder = 'target: { directory: { path: srv } }';

function environments(text: string) {
  return parseConfig(`${head}${text}\n`, 'trainyard.yml').models[0]?.deploy;
}

test('an environment has every default filled in', () => {
  expect(environments(`deploy: { production: { ${folder} } }`)).toEqual([
    {
      ...{
        name: 'production',
        target: { directory: { path: 'srv' } },
        url: null,
        webhook: null,
        issue: null,
        lockWait: 3600,
      },
      ...{ steps: [], probes: [], analysis: [], freeze: [] },
      stepsAt: expect.objectContaining({ file: 'trainyard.yml', line: 3 }),
    },
  ]);
});

test('steps, probes, metrics and frozen times are read', () => {
  const [read] =
    environments(`deploy:
  production:
    target: { command: { run: ./switch.sh, traffic: weighted } }
    lock-wait: 5m
    steps: [{ weight: 5, bake: 10m }, { weight: 50 }]
    probes: [{ http: 'http://h/health', contains: ok, timeout: 3s }, { oip: 'http://h', model: m }, { run: 'true' }]
    analysis:
      - metric: errors
        prometheus: { url: 'http://p:9090', query: up }
        success: { max: 0.1 }
        interval: 1m
        count: 5
        failure-limit: 2
    freeze: [{ from: '2026-12-20T00:00Z', to: '2027-01-02T00:00+01:00', reason: holidays }, { days: [sat, sun] }]`) ??
    [];

  expect(read).toMatchObject({
    lockWait: 300,
    steps: [
      { weight: 5, bake: 600 },
      { weight: 50, bake: 0 },
    ],
    probes: [
      { kind: 'http', url: 'http://h/health', contains: 'ok', timeout: 3 },
      { kind: 'oip', url: 'http://h', model: 'm', infer: null, timeout: 10 },
      { kind: 'run', command: 'true', timeout: 10 },
    ],
    analysis: [
      {
        ...{ metric: 'errors', interval: 60, count: 5, failureLimit: 2, inconclusiveLimit: 0, errorLimit: 4 },
        ...{ success: { min: null, max: 0.1 }, failure: null, dryRun: false },
        provider: { kind: 'prometheus', url: 'http://p:9090', query: 'up' },
      },
    ],
    freeze: [
      { from: Date.UTC(2026, 11, 20), to: Date.UTC(2027, 0, 1, 23), days: [], reason: 'holidays' },
      { from: null, to: null, days: [6, 0], reason: null },
    ],
  });
});

describe('what makes no sense is refused with its place', () => {
  const within = (text: string) => `deploy:\n  production:\n    ${folder}\n    ${text}`;
  test.each<[string, string, string, string]>([
    ['no target', 'deploy: { production: {} }', '3:11', '"production" of "deploy" has no "target".'],
    ['no kind of target', 'deploy: { p: { target: {} } }', '3:16', '"target" of "p" is empty.'],
    [
      'two kinds',
      'deploy: { p: { target: { directory: { path: a }, oip: { url: "http://h", repository: r } } } }',
      '3:16',
      'The target has both "directory" and "oip".',
    ],
    [
      'a host that ssh would take for an option',
      'deploy: { p: { target: { directory: { host: -oProxyCommand=x, path: /srv } } } }',
      '3:45',
      '"host" of "directory" cannot be the text "-oProxyCommand=x".',
    ],
    [
      'a host with a relative path',
      'deploy: { p: { target: { directory: { host: h, path: srv } } } }',
      '3:54',
      '"srv" is no folder on a host.',
    ],
    [
      'the root of a host',
      'deploy: { p: { target: { directory: { host: h, path: // } } } }',
      '3:54',
      '"//" is no folder on a host.',
    ],
    [
      'a port without a host',
      'deploy: { p: { target: { directory: { port: 22, path: srv } } } }',
      '3:45',
      'A port without a host.',
    ],
    [
      'a name that is a path',
      'deploy: { ../x: { target: {} } }',
      '3:11',
      '"../x" cannot be a name in "deploy".',
    ],
    [
      'steps that fall',
      within('steps: [{ weight: 50 }, { weight: 5 }]'),
      '6:39',
      'A step of 5 % follows one of 50 %.',
    ],
    ['nobody to tell', within('notify: {}'), '6:5', '"notify" of "production" is empty.'],
    ['no issue', within('notify: { issue: soon }'), '6:22', '"issue" of "notify" cannot be the text "soon".'],
    ['no duration', within('steps: [{ weight: 5, bake: soon }]'), '6:32', '"soon" is no duration.'],
    [
      'a probe of nothing',
      within('probes: [{ timeout: 3s }]'),
      '6:14',
      'The probe has none of "http", "oip", "run".',
    ],
    [
      'a metric from nowhere',
      within('analysis: [{ metric: a, success: { max: 1 } }]'),
      '6:16',
      'The metric has none of "json", "prometheus", "run".',
    ],
    [
      'a metric that is neither good nor bad',
      within('analysis: [{ metric: a, run: b }]'),
      '6:16',
      'Entry 1 of "analysis" asks for nothing.',
    ],
    [
      'an empty range',
      within('analysis: [{ metric: a, run: b, success: { min: 2, max: 1 } }]'),
      '6:37',
      'No number is at least 2 and at most 1.',
    ],
    ['a moment without offset', within('freeze: [{ from: 2026-12-20T00:00 }]'), '6:22', 'is no moment.'],
    [
      'a time that ends first',
      within('freeze: [{ from: 2026-12-20T00:00Z, to: 2026-12-01T00:00Z }]'),
      '6:14',
      'The time ends before it begins.',
    ],
  ])('%s', (_name, text, place, message) => {
    const error = caught(() => environments(text));

    expect(error.message).toContain(message);
    expect(formatPlace(error.place ?? { file: '' })).toBe(`trainyard.yml:${place}`);
  });
});
