/** A request held longer than this would have been given up by the client: it goes next. */
const longestHoldMs = 25_000;

/**
 * Virtual time and the one place that decides what happens next. Every request of every job is held until all jobs wait;
 * then one of them is let through, in an order drawn from `random`. Time passes with requests and jumps to the next timer
 * when no request is held.
 */
export function makeWorld(random, start) {
  let now = start;
  let seq = 0;
  /** Requests held: `{ job, since, weight, let }`. */
  const held = [];
  const timers = [];
  /** Jobs that are alive: each waits for an answer or a timer, or is about to. */
  const alive = new Set();
  const choose = chooser(random);
  const settled = () => settle([...alive], (job) => [...held, ...timers].some((one) => one.job === job));

  const at = (moment, run, job = null) => void timers.push({ moment, run, job });
  const drop = (job) => {
    for (const list of [held, timers])
      for (const one of list.filter((candidate) => candidate.job === job)) list.splice(list.indexOf(one), 1);
  };
  const runDue = async () => {
    for (;;) {
      const due = timers.filter(({ moment }) => moment <= now).sort((a, b) => a.moment - b.moment);
      if (due.length === 0) return;
      timers.splice(timers.indexOf(due[0]), 1);
      due[0].run();
      await settled();
    }
  };
  const letOne = async () => {
    const overdue = held.find(({ since }) => now - since > longestHoldMs);
    const next = overdue ?? choose(held);
    held.splice(held.indexOf(next), 1);
    now += random.between(5, 300);
    seq += 1;
    await next.through();
    await settled();
  };

  return {
    now: () => now,
    /** Requests let through so far. */
    seq: () => seq,
    at,
    after: (ms, run) => at(now + ms, run),
    /** Calls `then` after a while, as long as the job lives. */
    wait: (ms, job, then) => at(now + ms, () => job.dead || then(), job),
    /** Holds a request of a job; `through` sends it and hands the answer over. */
    hold: (job, through) => void (job.dead || held.push({ job, since: now, through })),
    enter: (job) => void alive.add(job),
    /** A job is over: what it still asks for is not sent. */
    leave(job) {
      alive.delete(job);
      drop(job);
    },
    /** Nothing a job waits for comes any more. */
    drop,
    /** Runs until nothing is left to happen. */
    async run() {
      await settled();
      for (;;) {
        await runDue();
        if (held.length > 0) await letOne();
        else if (timers.length > 0) now = Math.max(now, Math.min(...timers.map(({ moment }) => moment)));
        else return;
      }
    },
  };
}

/** Everything has gone on as far as it can without an answer or a timer. */
async function settle(jobs, isWaiting) {
  for (let turns = 0; turns < 1000; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (jobs.every((job) => job.dead || isWaiting(job))) return;
  }
  const lost = jobs.filter((job) => !job.dead && !isWaiting(job)).map(({ name }) => name);
  throw new Error(`${lost.join(', ')} neither waits nor ends`);
}

/**
 * How the next request is chosen: evenly, or by a rank that each job has for a while, so that some hurry past and others
 * stand still between two requests.
 */
function chooser(random) {
  if (random.chance(0.4)) return (held) => random.pick(held);
  const ranks = new Map();
  const rankOf = (job) => {
    if (!ranks.has(job)) ranks.set(job, random.fraction());
    return ranks.get(job);
  };
  return (held) => {
    const highest = held.reduce((best, one) => (rankOf(one.job) > rankOf(best.job) ? one : best));
    if (random.chance(0.1)) ranks.set(highest.job, random.fraction());
    return highest;
  };
}
