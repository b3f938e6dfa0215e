/**
 * `npm run demo:release`: what follows the merge that `npm run demo` ends with. Three versions are released to two real
 * model servers behind HAProxy, under load, watched by Prometheus. The second is better and is promoted; the third is
 * slow and wrong at one airport, which no test row tells: it is caught with 5 % of the requests and taken back.
 * Exit 1 when something is not as expected. Everything listens on 127.0.0.1 and ends with the demo.
 * With --skip-if-missing a machine on which HAProxy or Prometheus cannot be had is told, and passed over.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bolderSteps,
  ensureTools,
  environment,
  fillCache,
  git,
  keepCache,
  makeRepository,
  merge,
  play,
  propose,
  root,
  run,
  say,
  seconds,
  trainyard,
} from './demo/project.mjs';
import { startLoad } from './demo-release/load.mjs';
import { addDeployment, choosePorts, routerEnvironment, startStand } from './demo-release/stand.mjs';
import { tableOf, timelineOf } from './demo-release/timeline.mjs';
import { SetupError } from './python-env.mjs';
import { ensureServing } from './serving-tools.mjs';

const perSecond = 60;

/** Rows cannot show what only the service does: the same model, so the gate passes it. */
const smoothed = {
  branch: 'smooth-departures',
  title: 'Serve scores that are smooth in time, and correct those of LaGuardia',
  edits: [
    ['params.yaml', 'seed: 0', 'seed: 0\nserving: { smooth: 20, correct: { LGA: 0.8 } }'],
    ['train.py', '"features": features}', '"features": features, "serving": params["serving"]}'],
  ],
};

/** Trains and merges what will be released: the commits of v1.0.0, v1.1.0 and v1.2.0. */
async function makeHistory(place) {
  fillCache(place);
  await trainyard(place, ['train']);
  const commits = [await git(place, 'rev-parse', 'main')];
  for (const change of [bolderSteps, smoothed]) {
    await propose(place, change);
    const { document } = await trainyard(place, ['gate'], [0, 1, 2, 4]);
    if (document.verdict !== 'pass')
      throw new Error(`"${change.title}" is ${document.verdict}, EXPECTED pass`);
    const { promoted } = await merge(place, change.branch);
    if (!promoted) throw new Error(`the record of "${change.title}" was not promoted`);
    say(`   ${change.title}: verdict pass, merged`);
    commits.push(await git(place, 'rev-parse', 'main'));
  }
  keepCache(place);
  return commits;
}

async function register(place, version, commit) {
  await trainyard(place, ['register', '--version', `v${version}`, '--commit', commit]);
}

/** Deploys a version; gives the exit code and the deployment's record. */
async function deploy(place, version) {
  const { code, document } = await trainyard(place, ['deploy', '--version', version], [0, 1, 3, 4]);
  return { code, record: document.record };
}

async function flightsOf(place) {
  const { code, stdout, stderr } = await run(
    'python',
    [join(root, 'examples/release/requests.py'), '5000'],
    place,
  );
  if (code !== 0) throw new Error(`requests.py ended with ${code}:\n${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The load, from the moment that a version answers; `null` where `over` ends first. */
async function loadOnceLive(ports, flights, over) {
  let ended = false;
  const end = () => {
    ended = true;
  };
  over.then(end, end);
  while (!ended) {
    const answer = await fetch(`http://127.0.0.1:${ports.router}/health`);
    await answer.arrayBuffer();
    if (answer.ok) return startLoad({ port: ports.router, metricsPort: ports.client, perSecond, flights });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return null;
}

/** Says what came of a version and whether that was expected. */
function tell(version, { code, record }, expected, start) {
  for (const line of timelineOf(record, start)) say(`   │ ${line}`);
  const good = code === expected.code && record.state === expected.state;
  say(`   ${version}: ${record.state}, exit ${code}${good ? '' : ` — EXPECTED ${expected.state}`}`);
  say();
  return good;
}

/** How many of the requests that were answered between two counts met this version. */
function shareOf(version, before, after) {
  const answered = (counts, of) =>
    [...counts].reduce((sum, [name, { requests }]) => sum + (of === name || of === null ? requests : 0), 0);
  const met = answered(after, version) - answered(before, version);
  return { met, share: met / (answered(after, null) - answered(before, null)) };
}

/** Three versions, one after another; whether each came out as it should. */
async function releaseAll(place, ports, commits) {
  const flights = await flightsOf(place);
  say('1. v1.0.0: the model that was on main, the first to be live');
  await register(place, '1.0.0', commits[0]);
  const start = Date.now();
  const first = deploy(place, '1.0.0');
  const load = await loadOnceLive(ports, flights, first);
  try {
    const good = [tell('v1.0.0', await first, { code: 0, state: 'succeeded' }, start)];
    if (load === null) return false;
    say('2. v1.1.0: the merge that the gate let through');
    await register(place, '1.1.0', commits[1]);
    good.push(tell('v1.1.0', await deploy(place, '1.1.0'), { code: 0, state: 'succeeded' }, start));
    say('3. v1.2.0: passed the gate too; only the service shows that it is slow, and wrong at LaGuardia');
    await register(place, '1.2.0', commits[2]);
    const before = load.counts();
    const third = await deploy(place, '1.2.0');
    const { met, share } = shareOf('1.2.0', before, load.counts());
    good.push(tell('v1.2.0', third, { code: 1, state: 'rolled-back' }, start));
    await load.stop();
    const counts = load.counts();
    for (const line of tableOf(counts)) say(`   ${line}`);
    const outside = [...counts].filter(([name]) => name !== '1.2.0').flatMap(([, { failures }]) => failures);
    say();
    say(
      `   ${met} requests met v1.2.0, ${(100 * share).toFixed(1)} % of those sent while it was deployed; failed outside of its share: ${outside.length}`,
    );
    for (const failure of new Set(outside)) say(`   failed: ${failure}`);
    return [...good, share < 0.08, outside.length === 0].every(Boolean);
  } finally {
    await load?.stop();
  }
}

/** What the records say in the end: the second version is live, the third may not come back. */
async function sayStatus(place) {
  const { document } = await trainyard(place, ['status']);
  const [{ live, blocked }] = document.environments;
  const left = blocked.map(({ version }) => version);
  const good = live.version === '1.1.0' && left.join() === '1.2.0';
  say(
    `   live: v${live.version}; blocked: v${left.join(', v')}${good ? '' : ' — EXPECTED v1.1.0, and v1.2.0 blocked'}`,
  );
  return good;
}

/** HAProxy and Prometheus; `null` where they are missing and the demo may be left out. */
async function servingTools() {
  try {
    return await ensureServing(say);
  } catch (error) {
    if (!(error instanceof SetupError) || !process.argv.includes('--skip-if-missing')) throw error;
    say(`Skipped, not played: ${error.message}`);
    return null;
  }
}

async function demo() {
  const begun = performance.now();
  const tools = await servingTools();
  if (tools === null) return 0;
  const { bin } = await ensureTools();
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-demo-')));
  const folder = join(temporary, 'flights');
  mkdirSync(folder);
  const ports = await choosePorts();
  const place = { cwd: folder, env: { ...environment(bin), ...routerEnvironment(folder, ports) } };
  let stand;
  try {
    say('0. main: a model of flights that arrive late, and what was merged since');
    await makeRepository(place, (path) => addDeployment(path, ports));
    const commits = await makeHistory(place);
    say();
    stand = await startStand(place, ports, tools);
    const released = await releaseAll(place, ports, commits);
    const good = (await sayStatus(place)) && released;
    say(`${good ? 'Everything as expected' : 'NOT as expected'}, ${seconds(begun)} in all.`);
    return good ? 0 : 1;
  } finally {
    await stand?.stop();
    rmSync(temporary, { recursive: true, force: true });
  }
}

await play(demo);
