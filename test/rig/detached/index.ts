import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, EngineSpec } from '../../../src/engines/types.ts';
import { createRuntime } from '../../../src/runtime/node/index.ts';
import type { Runtime } from '../../../src/runtime/types.ts';
import type { RunRef } from '../../../src/schema/run.types.ts';
import { recordingLog } from '../../engines/python/project.ts';
import { compiledRig } from './build.ts';
import { create } from './engine.ts';
import { isAlive, type ProcessMark } from './process-mark.ts';
import { type Fault, faultFile, runFolder, workFolder } from './service.ts';

/** A service of its own, with checkouts whose runs go there. */
export interface DetachedService {
  folder: string;
  /** What a process needs to speak to it. */
  modules: { plugin: string; runtime: string; src: string };
  env: Record<string, string>;
  /** A runtime of this process that leads to it, and an engine made with it. */
  client(): { runtime: Runtime; engine: Engine; interrupt(): void };
  /** A checkout with this pipeline in a folder of its own; all checkouts hold the same files. */
  checkout(pipeline: unknown): EngineSpec;
  on(fault: Fault, content?: string): void;
  off(fault: Fault): void;
  /** Waits until a client stands still at a point that is held. */
  reached(point: string): Promise<void>;
  /** Waits until as many clients have sent their files. */
  uploads(count: number): Promise<void>;
  /** Text of a file that the run writes in its work folder, once it is there. */
  written(ref: RunRef, path: string): Promise<string>;
  /** Handles of all runs the service knows. */
  runs(): string[];
  /** Folder of a run on the service's side. */
  run(ref: RunRef): string;
  driver(ref: RunRef): ProcessMark;
  /** Ends what still runs and removes everything. */
  remove(): Promise<void>;
}

const files = { 'train.txt': 'weights\n', 'params.yaml': 'rate: 0.1\n' };

/** Starts nothing: a service is a folder, and a process for each run. */
export async function makeService(): Promise<DetachedService> {
  const place = realpathSync(await mkdtemp(join(tmpdir(), 'trainyard-detached-')));
  const folder = join(place, 'service');
  const built = compiledRig();
  mkdirSync(join(folder, 'faults'), { recursive: true });
  const modules = {
    plugin: join(built.rig, 'engine.js'),
    runtime: join(built.src, 'runtime/node/index.js'),
    src: built.src,
  };
  writeFileSync(join(folder, 'service.json'), JSON.stringify({ driver: join(built.rig, 'driver.js') }));
  let checkouts = 0;
  const runs = () => {
    const keys = join(folder, 'runs');
    if (!existsSync(keys)) return [];
    return readdirSync(keys).flatMap((key) =>
      readdirSync(join(keys, key)).map((attempt) => `${key}/${attempt}`),
    );
  };
  const run = (ref: RunRef) => runFolder(folder, ref.run_key, ref.attempt);
  return {
    folder,
    modules,
    env: { TEST_SERVICE: folder },
    client() {
      const controller = new AbortController();
      const log = recordingLog();
      const env = { ...process.env, TEST_SERVICE: folder };
      const runtime = { ...createRuntime({ signal: controller.signal, log }), env, cwd: place };
      return { runtime, engine: create(runtime), interrupt: () => controller.abort() };
    },
    checkout(pipeline) {
      checkouts += 1;
      const root = join(place, `checkout-${checkouts}`);
      mkdirSync(root);
      for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
      return specOf(root, pipeline);
    },
    on: (fault, content = '') => writeFileSync(faultFile(folder, fault), content),
    off: (fault) => rmSync(faultFile(folder, fault)),
    reached: (point) => until(() => existsSync(faultFile(folder, `at-${point}`)), `a client at ${point}`),
    uploads: (count) => until(() => readyUploads(folder) === count, `${count} uploads`),
    async written(ref, path) {
      const file = join(workFolder(run(ref)), path);
      await until(() => existsSync(file) && readFileSync(file).length > 0, file);
      return readFileSync(file, 'utf8');
    },
    runs,
    run,
    driver: (ref) => readMark(run(ref)) as ProcessMark,
    async remove() {
      for (const name of runs()) await endRun(join(folder, 'runs', name));
      rmSync(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function readyUploads(service: string): number {
  const folder = join(service, 'uploads');
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'state.json'))).length;
}

function specOf(root: string, pipeline: unknown): EngineSpec {
  return {
    model: 'churn',
    root,
    path: root,
    pipeline,
    seed: null,
    stateFolder: join(root, '.trainyard'),
    configFile: 'trainyard.yml',
    locate: (pointer) => ({ file: `trainyard.yml${pointer}`, line: 1, column: 1 }),
  };
}

/** `null` while a run has no driver, or one that is just coming up. */
function readMark(run: string): ProcessMark | null {
  try {
    return JSON.parse(readFileSync(join(run, 'driver.json'), 'utf8')) as ProcessMark;
  } catch {
    return null;
  }
}

/** A driver ends its stages when it is asked to; one that comes up later finds its place taken. */
async function endRun(run: string): Promise<void> {
  writeFileSync(join(run, 'stop'), '');
  if (!existsSync(join(run, 'driver.json'))) writeFileSync(join(run, 'driver.json'), '');
  const mark = readMark(run);
  if (mark !== null) await until(() => !isAlive(mark), `the driver ${mark.pid} to end`);
}

/** Waits until `check` is true; throws after 15 s. */
export async function until(check: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`Nothing for 15 s: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
