const place = { file: 'trainyard.yml', line: 1 };
const usual = {
  name: 'production',
  target: {},
  url: null,
  freeze: [],
  webhook: null,
  issue: 12,
  lockWait: 600,
  stepsAt: place,
};
const probe = { kind: 'http', url: 'http://127.0.0.1/health', contains: null, timeout: 5 };
const watch = {
  ...{
    metric: 'error_rate',
    interval: 10,
    count: 2,
    failureLimit: 0,
    inconclusiveLimit: 0,
    errorLimit: 4,
    dryRun: false,
  },
  ...{ success: { min: null, max: 0.1 }, failure: { min: 0.5, max: null } },
  provider: { kind: 'json', url: 'http://127.0.0.1/metrics?version={{version}}', pointer: '' },
};
const plain = { ...usual, steps: [], probes: [], analysis: [] };
const canary = {
  ...usual,
  steps: [
    { weight: 5, bake: 60 },
    { weight: 50, bake: 60 },
  ],
  ...{ probes: [probe], analysis: [watch] },
};

const deploy = (version) => (verbs, site) =>
  verbs.deploy(site, { model: null, environment: null, version, allowLower: false });
const asked = { model: null, environment: null };
const rollback = (to) => (verbs, site) => verbs.rollback(site, { ...asked, to, reason: 'slow' });

/**
 * What is done before, undisturbed, and then under faults. `lives` are the versions that may be live in the end; `null`
 * is nothing. `serves` is what has the traffic when ledger and lock were gone, before anybody tidies. `leaves.version`
 * is blocked where `leaves.to` is live. One that `endures` goes on without the ledger. `metric` is what is measured of
 * version 1.1.0.
 */
export const scenarios = [
  {
    name: 'first deployment',
    kind: 'folder',
    environment: plain,
    before: [],
    act: deploy('1.0.0'),
    lives: [null, '1.0.0'],
  },
  {
    ...{ name: 'upgrade of a folder', kind: 'folder', environment: plain, files: true },
    ...{ before: [deploy('1.0.0')], act: deploy('1.1.0'), lives: ['1.0.0', '1.1.0'] },
  },
  {
    ...{ name: 'upgrade of a server', kind: 'server', environment: plain, files: true },
    ...{ before: [deploy('1.0.0')], act: deploy('1.1.0'), lives: ['1.0.0', '1.1.0'] },
  },
  {
    ...{ name: 'canary', kind: 'router', environment: canary },
    ...{ before: [deploy('1.0.0')], act: deploy('1.1.0'), lives: ['1.0.0', '1.1.0'] },
  },
  {
    ...{ name: 'bad canary', kind: 'router', environment: canary, metric: 0.9, serves: '1.0.0' },
    ...{ before: [deploy('1.0.0')], act: deploy('1.1.0'), lives: ['1.0.0'] },
  },
  {
    ...{ name: 'rollback', kind: 'folder', environment: plain, endures: true },
    before: [deploy('1.0.0'), deploy('1.1.0')],
    act: rollback(null),
    lives: ['1.0.0', '1.1.0'],
    leaves: { version: '1.1.0', to: '1.0.0' },
    serves: '1.0.0',
  },
  {
    ...{ name: 'rollback of a canary that is held', kind: 'router', environment: canary, metric: 0.3 },
    ...{ endures: true, mayHold: true, before: [deploy('1.0.0'), deploy('1.1.0')], act: rollback(null) },
    ...{ lives: ['1.0.0'], serves: '1.0.0' },
  },
  {
    ...{ name: 'rollback from a held canary to an older version', kind: 'router', environment: canary },
    ...{ metric: 0.3, endures: true, mayHold: true },
    before: [deploy('0.9.0'), deploy('1.0.0'), deploy('1.1.0')],
    ...{ act: rollback('0.9.0'), lives: ['0.9.0', '1.0.0'], leaves: { version: '1.0.0', to: '0.9.0' } },
    serves: '0.9.0',
  },
  {
    ...{ name: 'inconclusive canary', kind: 'router', environment: canary, metric: 0.3, mayHold: true },
    ...{ before: [deploy('1.0.0')], act: deploy('1.1.0'), lives: ['1.0.0'] },
  },
  {
    ...{ name: 'abort of a held canary', kind: 'router', environment: canary, metric: 0.3, mayHold: true },
    before: [deploy('1.0.0'), deploy('1.1.0')],
    act: (verbs, site) => verbs.abort(site, asked),
    lives: ['1.0.0'],
  },
  {
    ...{
      name: 'resume of a held canary',
      kind: 'router',
      environment: canary,
      metric: 0.3,
      mendedMetric: 0,
      mayHold: true,
    },
    before: [deploy('1.0.0'), deploy('1.1.0')],
    act: (verbs, site) => verbs.resume(site, asked),
    lives: ['1.0.0', '1.1.0'],
  },
];
