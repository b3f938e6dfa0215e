import { parentPort } from 'node:worker_threads';
import type { Task } from '../types.ts';

/** What a task is loaded by, so that a thread loads nothing else. */
// biome-ignore lint/suspicious/noExplicitAny: jobs and results of tasks have nothing in common
export type LoadTasks = Readonly<Record<string, () => Promise<Task<any, any>>>>;

/** Answers jobs of one task after another until the thread is ended. Buffers move with jobs and results. */
export function serve(tasks: LoadTasks): void {
  parentPort?.on('message', async ({ name, job }: { name: string; job: unknown }) => {
    const task = await tasks[name]?.();
    if (!task) throw new Error(`No task is called ${name}.`);
    const result: unknown = await task.run(job);
    parentPort?.postMessage(result, buffersOf(result));
  });
}

/** All buffers inside plain data, each once. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) if (typeof member === 'object') buffersOf(member, found);
  }
  return [...found];
}
