import { Worker } from 'node:worker_threads';
import { CancelledError } from '../../core/errors.ts';
import type { Task, Threads } from '../types.ts';
import { buffersOf } from './thread.ts';

/** Loads the program itself, whose `thread` function answers. */
const starter = `
const { workerData } = require('node:worker_threads');
import(workerData).then(({ thread }) => thread());
`;

/** Up to `count` threads of this program, whose module is at the URL `program`; each starts when it is first needed. */
export function createThreads(program: string, count: number, signal: AbortSignal): Threads {
  return {
    async *map<Job, Result>(task: Task<Job, Result>, jobs: AsyncIterable<Job>): AsyncGenerator<Result> {
      const crew = createCrew(program, count);
      const pending: Promise<Result>[] = [];
      const stop = () => void crew.end();
      signal.addEventListener('abort', stop, { once: true });
      try {
        for await (const job of jobs) {
          throwIfCancelled(signal);
          const result = crew.give<Result>({ name: task.name, job });
          result.catch(() => undefined); // it is looked at in its turn, or not at all
          pending.push(result);
          if (pending.length > count) yield await (pending.shift() as Promise<Result>);
        }
        while (pending.length > 0) yield await (pending.shift() as Promise<Result>);
      } catch (error) {
        throwIfCancelled(signal);
        throw error;
      } finally {
        signal.removeEventListener('abort', stop);
        await crew.end();
      }
    },
  };
}

function createCrew(program: string, count: number) {
  const started: Worker[] = [];
  const idle: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  const start = (): Worker => {
    const worker = new Worker(starter, { eval: true, execArgv: [], workerData: program });
    worker.setMaxListeners(0);
    started.push(worker);
    return worker;
  };
  const take = (): Worker | Promise<Worker> =>
    idle.pop() ?? (started.length < count ? start() : new Promise((resolve) => waiting.push(resolve)));
  return {
    async give<Result>(message: { name: string; job: unknown }): Promise<Result> {
      const worker = await take();
      const result = await answer<Result>(worker, message);
      const next = waiting.shift();
      if (next) next(worker);
      else idle.push(worker);
      return result;
    },
    end: () => Promise.all(started.map((worker) => worker.terminate())),
  };
}

function answer<Result>(worker: Worker, message: { name: string; job: unknown }): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new Error('A thread ended before its work was done.'));
    const settle = () => {
      worker.off('message', done);
      worker.off('error', failed);
      worker.off('exit', end);
    };
    const done = (result: Result) => {
      settle();
      resolve(result);
    };
    const failed = (error: Error) => {
      settle();
      reject(error);
    };
    worker.on('message', done);
    worker.on('error', failed);
    worker.on('exit', end);
    worker.postMessage(message, buffersOf(message));
  });
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelledError('Cancelled while threads were at work.');
}
