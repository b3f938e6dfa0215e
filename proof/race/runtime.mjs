/** The runtime of one job: virtual time, seeded draws, files in memory, the runner's variables. */
export function runtimeOf(world, job, { env, files, random, CancelledError }) {
  const { signal } = job.ending;
  const silent = () => {};
  return {
    env,
    cwd: '/job',
    platform: 'linux',
    cores: 2,
    clock: {
      now: () => new Date(world.now()),
      monotonic: () => world.now(),
      sleep: (milliseconds) =>
        new Promise((resolve, reject) => {
          const cancel = () => reject(new CancelledError('Cancelled while waiting.'));
          if (signal.aborted) return cancel();
          signal.addEventListener('abort', cancel);
          return world.wait(milliseconds, job, resolve);
        }),
    },
    random: {
      fraction: random.fraction,
      bytes: (count) => Uint8Array.from({ length: count }, () => random.between(0, 255)),
    },
    files: {
      readText: async (path) => files.get(path) ?? null,
      write: async (path, text) => void files.set(path, text),
    },
    processes: null,
    log: {
      info: silent,
      warn: silent,
      error: silent,
      debug: silent,
      group: silent,
      endGroup: silent,
      output: silent,
      progress: silent,
    },
    signal,
  };
}
