import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { makeFolder } from '../command.ts';
import type { Handler } from './index.ts';

/** A way out for a process that has no other, to Sigstore's hosts by their own names. */
export interface WayOut {
  /** What a process needs to take it. */
  env: Record<string, string>;
  /** Hosts that were asked for, in order. */
  asked: string[];
  close(): void;
}

/**
 * Starts a proxy that answers for these hosts itself, under certificates of an authority of its own; nothing else is let out.
 * It gives the identities of runs, too: `token`.
 */
export async function startProxy(
  handlers: Readonly<Record<string, Handler>>,
  token: () => string,
): Promise<WayOut> {
  const authority = await makeAuthority(Object.keys(handlers));
  const file = join(makeFolder(), 'authority.pem');
  writeFileSync(file, authority.root);
  const asked: string[] = [];
  const hosts = createServer((request, response) => answer(handlers, request, response));
  const proxy = createServer((request, response) => {
    if (request.url?.startsWith('/token')) response.end(JSON.stringify({ value: token() }));
    else response.writeHead(405).end();
  });
  proxy.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
    const [host = ''] = url.split(':');
    asked.push(host);
    if (handlers[host] === undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    const secureContext = createSecureContext({ key: authority.key, cert: authority.leaf });
    hosts.emit('connection', new TLSSocket(socket, { isServer: true, secureContext }));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    env: {
      ...{ HTTPS_PROXY: url, https_proxy: url, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' },
      NODE_EXTRA_CA_CERTS: file,
      ...{ ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?a=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' },
    },
    asked,
    close: () => {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}

async function answer(
  handlers: Readonly<Record<string, Handler>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path, fn } = handlers[request.headers.host ?? ''] ?? { path: null, fn: null };
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url !== path || fn === null) {
    response.writeHead(404).end();
    return;
  }
  const body = Buffer.concat(chunks);
  const isText = /json/.test(request.headers['content-type'] ?? '');
  const { statusCode, response: said, contentType } = await fn(isText ? body.toString() : (body as never));
  response.writeHead(statusCode, { 'content-type': contentType ?? 'text/plain' }).end(said);
}

async function makeAuthority(names: readonly string[]) {
  x509.cryptoProvider.set(webcrypto as never);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = () =>
    webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
  const [rootKeys, leafKeys] = [await keys(), await keys()];
  const times = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 86_400_000) };
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=Test authority', keys: rootKeys, signingAlgorithm: algorithm, ...times },
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    ...{ subject: 'CN=Test hosts', issuer: root.subject, publicKey: leafKeys.publicKey, ...times },
    ...{ signingKey: rootKeys.privateKey, signingAlgorithm: algorithm },
    extensions: [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value })))],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey)).toString('base64');
  return {
    root: root.toString('pem'),
    leaf: leaf.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
}
