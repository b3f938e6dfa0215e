import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from '../../../src/engines/python/index.ts';
import type { Engine, EngineSpec, RunOutputs } from '../../../src/engines/types.ts';
import { createRuntime } from '../../../src/runtime/node/index.ts';
import type { Log, Runtime } from '../../../src/runtime/types.ts';

/** A log that remembers: lines with a mark for what they are, and raw output in one piece. */
export function recordingLog(): Log & { lines: string[]; raw(): string } {
  const lines: string[] = [];
  const chunks: string[] = [];
  return {
    lines,
    raw: () => chunks.join(''),
    info: (line) => void lines.push(line),
    warn: (line) => void lines.push(`warning: ${line}`),
    error: (line) => void lines.push(`error: ${line}`),
    debug: () => undefined,
    group: (title) => void lines.push(`[ ${title}`),
    endGroup: () => void lines.push(']'),
    output(chunk) {
      const text = new TextDecoder().decode(chunk);
      chunks.push(text);
      lines.push(`| ${text}`);
    },
    progress: () => undefined,
  };
}

export interface Project {
  folder: string;
  runtime: Runtime;
  log: ReturnType<typeof recordingLog>;
  controller: AbortController;
  engine: Engine;
  spec(pipeline: unknown, changes?: Partial<EngineSpec>): EngineSpec;
  run(pipeline: unknown, changes?: Partial<EngineSpec>): Promise<RunOutputs>;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  remove(): Promise<void>;
}

/** A folder with an engine of its own; `env` is added to the surrounding environment. */
export async function makeProject(
  files: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'trainyard-engine-')));
  const log = recordingLog();
  const controller = new AbortController();
  const runtime = {
    ...createRuntime({ signal: controller.signal, log }),
    cores: 2,
    cwd: folder,
    env: { ...process.env, ...env },
  };
  const engine = create(runtime);
  const project: Project = {
    folder,
    runtime,
    log,
    controller,
    engine,
    spec: (pipeline, changes = {}) => ({
      model: 'churn',
      root: folder,
      path: folder,
      pipeline,
      seed: null,
      stateFolder: join(folder, '.trainyard'),
      configFile: 'trainyard.yml',
      locate: (pointer) => ({ file: `trainyard.yml${pointer}`, line: 1, column: 1 }),
      ...changes,
    }),
    async run(pipeline, changes) {
      const spec = project.spec(pipeline, changes);
      return engine.collect(spec, await engine.submit(spec, await engine.plan(spec)));
    },
    async write(path, text) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    },
    read: (path) => readFile(join(folder, path), 'utf8'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  for (const [path, text] of Object.entries(files)) await project.write(path, text);
  return project;
}

/** `name:result` of each stage. */
export function results(outputs: RunOutputs): string[] {
  return outputs.stages.map((stage) => `${stage.name}:${stage.result}`);
}

/** Waits until `check` is true; throws after `limitMs`. */
export async function until(check: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await check())) {
    if (performance.now() > end) throw new Error('This did not happen in time.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a process works; one that ended and was not collected by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
