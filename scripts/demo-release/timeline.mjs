/** What happened, as lines: the steps of a deployment with what was measured, and what the client met. */

/** The lines of one deployment's record; times are seconds since `start` (milliseconds of the epoch). */
export function timelineOf(record, start) {
  const time = (text) => `${((Date.parse(text) - start) / 1000).toFixed(1).padStart(6)} s`;
  const steps = record.journal.map(({ step, weight, begun }) => [
    begun,
    step === 'shift' ? `${weight} % of the requests` : step,
  ]);
  const seen = together(record.measurements).map((group) => [
    group[0].at,
    `  ${group.map(measured).join(', ')}`,
  ]);
  const ending = [record.finished, `${record.state}${record.reason ? `: ${record.reason}` : ''}`];
  return [...steps, ...seen, ending]
    .sort(([a], [b]) => Date.parse(a) - Date.parse(b))
    .map(([at, text]) => `${time(at)}  ${text}`);
}

/** Measurements within half a second of the first of them, in the order of their names. */
function together(measurements) {
  const groups = [];
  for (const one of measurements) {
    const last = groups.at(-1);
    if (last !== undefined && Date.parse(one.at) - Date.parse(last[0].at) < 500) last.push(one);
    else groups.push([one]);
  }
  return groups.map((group) => group.sort((a, b) => a.metric.localeCompare(b.metric)));
}

function measured({ metric, value, phase }) {
  const said = value === null ? 'no data' : value.toFixed(2);
  return `${metric}: ${said}${phase === 'successful' ? '' : ` (${phase})`}`;
}

/** One line for each version that answered: requests, their share, failures, latency and the scores' error. */
export function tableOf(counts) {
  const total = [...counts.values()].reduce((sum, { requests }) => sum + requests, 0);
  const rows = [...counts].map(([version, { requests, failures, ms, brier }]) => [
    version,
    String(requests),
    `${((100 * requests) / total).toFixed(1)} %`,
    String(failures.length),
    `${quantile(ms, 0.5).toFixed(0)} ms`,
    `${quantile(ms, 0.95).toFixed(0)} ms`,
    brier.LGA === undefined ? '' : (brier.LGA.sum / brier.LGA.rows).toFixed(3),
  ]);
  const head = ['version', 'requests', 'share', 'failed', 'median', '95 %', 'Brier at LGA'];
  const widths = head.map((name, i) =>
    Math.max(...[name, ...rows.map((row) => row[i])].map(({ length }) => length)),
  );
  return [head, ...rows].map((row) => row.map((cell, i) => cell.padStart(widths[i])).join('  '));
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
