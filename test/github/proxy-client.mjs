/**
 * A job behind a proxy: calls GitHub once and prints what it got or what the error says. Names that end with `.test` are
 * this machine, as a name server of a company would have it.
 */
import dns from 'node:dns';
import { pathToFileURL } from 'node:url';

const lookup = dns.lookup;
dns.lookup = (host, options, done) => lookup(host.endsWith('.test') ? '127.0.0.1' : host, options, done);

const [base, what, file] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${base}/${path}`).href);
const { createRuntime } = await load('runtime/node/index.js');
const { createClient } = await load('github/client.js');

const runtime = createRuntime({ signal: new AbortController().signal });
const apiUrl = process.env.GITHUB_API_URL;
const client = createClient({
  token: 'ghs_notForAnybodysEyes',
  apiUrl,
  graphqlUrl: `${apiUrl}/graphql`,
  repository: 'octo/flights',
  runtime: { ...runtime, clock: { ...runtime.clock, sleep: async () => {} } },
});
const read = { method: 'GET', path: '/repos/octo/flights/x', needs: 'contents: read' };
const calls = {
  read: async () => (await client.rest(read)).data,
  write: async () => (await client.rest({ ...read, method: 'POST', body: { a: 1 } })).data,
  bytes: async () => Buffer.from(await client.bytes(read, 1000)).toString(),
  upload: async () =>
    client.upload({ url: `${apiUrl}/up`, query: {}, file, bytes: 1_000_000, needs: 'contents: write' }),
};
try {
  process.stdout.write(JSON.stringify({ got: await calls[what]() }));
} catch (error) {
  const { name, message, retryable, hint, stack } = error;
  process.stdout.write(JSON.stringify({ name, message, retryable, hint, stack }));
}
