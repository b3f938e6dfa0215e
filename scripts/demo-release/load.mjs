/** The client of the models: asks for one flight after another, and tells Prometheus what became of them. */
import { Agent, createServer, request } from 'node:http';

/**
 * Sends so many requests a second, whether or not the last one was answered, and counts what came back by version.
 * @param {{port: number, metricsPort: number, perSecond: number, flights: {flight: object, late: boolean}[]}} options
 */
export async function startLoad({ port, metricsPort, perSecond, flights }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const versions = new Map();
  const open = new Set();
  let sent = 0;
  const send = () => {
    const { flight, late } = flights[sent % flights.length];
    sent += 1;
    const begun = performance.now();
    const work = ask(agent, port, flight)
      .catch((error) => ({ failure: error.message }))
      .then((answer) => {
        note(versions, answer, { flight, late, ms: performance.now() - begun });
        open.delete(work);
      });
    open.add(work);
  };
  const server = createServer((_request, response) => response.end(metricsOf(versions)));
  await new Promise((resolve) => server.listen(metricsPort, '127.0.0.1', resolve));
  const timer = setInterval(send, 1000 / perSecond);
  return {
    /** Version → what it answered until now; `none` is for requests that no version answered. */
    counts: () => new Map([...versions].map(([name, count]) => [name, { ...count, ms: [...count.ms] }])),
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function ask(agent, port, flight) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(flight);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { agent, port, host: '127.0.0.1', path: '/predict', method: 'POST', headers };
    const sending = request({ ...options, timeout: 10_000 }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else resolve({ failure: `${response.statusCode} ${text}` });
      });
    });
    sending.on('timeout', () => sending.destroy(new Error('no answer within 10 s')));
    sending.on('error', reject);
    sending.end(body);
  });
}

function note(versions, { version = 'none', late: score, failure }, { flight, late, ms }) {
  if (!versions.has(version)) versions.set(version, { requests: 0, failures: [], ms: [], brier: {} });
  const count = versions.get(version);
  count.requests += 1;
  count.ms.push(ms);
  if (failure !== undefined) return count.failures.push(failure);
  count.brier[flight.airport] ??= { sum: 0, rows: 0 };
  const sums = count.brier[flight.airport];
  sums.sum += (score - Number(late)) ** 2;
  sums.rows += 1;
}

/** The squared error of the scores, by version and airport, in Prometheus's text format. */
function metricsOf(versions) {
  const lines = [...versions].flatMap(([version, { brier }]) =>
    Object.entries(brier).flatMap(([airport, { sum, rows }]) => {
      const labels = `{version="${version}",airport="${airport}"}`;
      return [`outcome_brier_sum${labels} ${sum}`, `outcome_brier_count${labels} ${rows}`];
    }),
  );
  return `${lines.join('\n')}\n`;
}
