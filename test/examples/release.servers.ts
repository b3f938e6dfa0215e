import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
// @ts-expect-error the scripts are plain modules without types
import { choosePorts, routerEnvironment, startStand } from '../../scripts/demo-release/stand.mjs';
// @ts-expect-error the scripts are plain modules without types
import { pathWith } from '../../scripts/python-env.mjs';
// @ts-expect-error the scripts are plain modules without types
import { ensureServing } from '../../scripts/serving-tools.mjs';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { nodeWeb } from '../../src/runtime/node/web.ts';
import { plugin } from '../../src/targets/command/index.ts';
import type { Placement, Target } from '../../src/targets/types.ts';
import { writeVersion } from '../release/manifests.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';

/** The example's router, as the command of a target, before real model servers, HAProxy and Prometheus. */
const python = process.env['TRAINYARD_TEST_PYTHON'] ?? 'python3';
const router = resolve('examples/release/router.py');

/** A model that says the same of every flight. */
const constant = `
import sys, joblib, numpy as np
from sklearn.dummy import DummyClassifier
late = float(sys.argv[1])
model = DummyClassifier(strategy="prior").fit(np.zeros((100, 1)), np.arange(100) < 100 * late)
joblib.dump({"model": model, "features": ["departs"]}, sys.argv[2])
`;

interface Stand {
  root: string;
  target: Target;
  ports: Record<'router' | 'blue' | 'green' | 'prometheus', number>;
  stop(): Promise<void>;
}
let tools: unknown;
let models: string;
let stand: Stand;

beforeAll(async () => {
  tools = await ensureServing();
  models = makeFolder();
  for (const [version, late] of [
    ['1.0.0', '0.25'],
    ['1.1.0', '0.75'],
  ] as const) {
    mkdirSync(join(models, version));
    execFileSync(python, ['-c', constant, late, join(models, version, 'model.joblib')]);
  }
});
beforeEach(async () => {
  const root = makeFolder();
  const ports = await choosePorts();
  const env = { ...pathWith(dirname(python)), ...routerEnvironment(root, ports) };
  const { stop } = await startStand({ cwd: root, env }, ports, tools);
  const runtime = { ...createRuntime({ signal: new AbortController().signal }), env };
  const place = { runtime, web: nodeWeb, root, environment: 'production', model: 'late-flights' };
  const target = plugin.create(place, { run: `python ${router}`, traffic: 'weighted' });
  stand = { root, target, ports, stop };
});
afterEach(() => stand.stop());
afterAll(removeFolders);

function placement(version: string, fence: number): Placement {
  const deployment = String(fence).padStart(20, '0');
  return { deployment, version, digest: 'a'.repeat(64), model: 'late-flights', fence };
}

async function stage(placed: Placement): Promise<void> {
  await stand.target.stage(placed, writeVersion(makeFolder(), placed.version), join(models, placed.version));
}

async function makeLive(placed: Placement): Promise<void> {
  await stage(placed);
  await stand.target.shift(placed, 100);
  await stand.target.promote(placed);
  await stand.target.retire(placed);
}

/** What was answered, and how often: version and score, or the status. Asks until `enough`. */
async function answersUntil(enough: (asked: number) => boolean): Promise<Record<string, number>> {
  const answered: Record<string, number> = {};
  const body = JSON.stringify({ departs: 600, airport: 'JFK' });
  for (let asked = 0; !enough(asked); asked += 1) {
    const answer = await fetch(`http://127.0.0.1:${stand.ports.router}/predict`, { method: 'POST', body });
    const text = await answer.text();
    const { late, version } = answer.ok ? JSON.parse(text) : {};
    const name = answer.ok ? `${version}: ${late}` : String(answer.status);
    answered[name] = (answered[name] ?? 0) + 1;
  }
  return answered;
}

const answersOf = (count: number) => answersUntil((asked) => asked === count);

test('nothing is live, then the first version has all of it, whatever its share', async () => {
  const { target } = stand;
  expect(await target.current()).toEqual({ stable: null, candidate: null, fence: 0 });
  expect(await answersOf(2)).toEqual({ 503: 2 });

  const one = placement('1.0.0', 1);
  await stage(one);
  expect(await answersOf(2)).toEqual({ 503: 2 });
  await target.shift(one, 5);
  expect(await target.probe(one)).toBeNull();
  expect(await answersOf(20)).toEqual({ '1.0.0: 0.25': 20 });
});

test('a second version has the share it is given, and none after it was taken back', async () => {
  const { target } = stand;
  const [one, two] = [placement('1.0.0', 1), placement('1.1.0', 2)];
  await makeLive(one);
  await stage(two);
  expect(await answersOf(20)).toEqual({ '1.0.0: 0.25': 20 });

  await target.shift(two, 5);
  expect(await answersOf(200)).toEqual({ '1.0.0: 0.25': 190, '1.1.0: 0.75': 10 });
  await target.rollback(two, one);
  expect(await answersOf(50)).toEqual({ '1.0.0: 0.25': 50 });
  expect(await target.current()).toMatchObject({ stable: { version: '1.0.0' }, candidate: null, fence: 2 });
});

test('promoted while clients ask, none of them is turned away', async () => {
  const { target } = stand;
  const [one, two] = [placement('1.0.0', 1), placement('1.1.0', 2)];
  await makeLive(one);
  let over = false;
  const asking = answersUntil(() => over);
  await stage(two);
  await target.shift(two, 50);
  await target.promote(two);
  await target.retire(two);
  over = true;

  expect(Object.keys(await asking).sort()).toEqual(['1.0.0: 0.25', '1.1.0: 0.75']);
  expect(await answersOf(20)).toEqual({ '1.1.0: 0.75': 20 });
});

test('a step that was cut off before HAProxy was told is mended when it comes again', async () => {
  const { target, root } = stand;
  const [one, two] = [placement('1.0.0', 1), placement('1.1.0', 2)];
  await makeLive(one);
  await stage(two);
  const file = join(root, '.serving/state.json');
  const { candidate, ...state } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...state, stable: candidate, candidate: null }));
  expect(await answersOf(20)).toEqual({ '1.0.0: 0.25': 20 });

  await target.promote(two);
  expect(await answersOf(20)).toEqual({ '1.1.0: 0.75': 20 });
});

test('a deployment that was taken for dead changes nothing', async () => {
  const { target } = stand;
  await makeLive(placement('1.1.0', 2));

  await expect(target.shift(placement('1.0.0', 1), 100)).rejects.toThrow('fence 1 is lower than 2');
  expect(await answersOf(20)).toEqual({ '1.1.0: 0.75': 20 });
});

test('Prometheus knows how often each version answered', async () => {
  const one = placement('1.0.0', 1);
  await makeLive(one);
  await answersOf(30);
  const query = encodeURIComponent('sum(prediction_seconds_count{version="1.0.0"})');
  const url = `http://127.0.0.1:${stand.ports.prometheus}/api/v1/query?query=${query}`;
  const counted = async () => {
    const { data } = (await (await fetch(url)).json()) as { data: { result: { value: [number, string] }[] } };
    return data.result[0]?.value[1];
  };
  const until = Date.now() + 20_000;
  while ((await counted()) !== '30' && Date.now() < until) await new Promise((next) => setTimeout(next, 200));

  expect(await counted()).toBe('30');
});
